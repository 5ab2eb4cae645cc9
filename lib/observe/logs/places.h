/// Where the programs' logs lie.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.h"
#include "observe/environment.h"

namespace wasession::observe::logs {

/// The log files in the usual places, in the order of their paths. Nothing is opened.
std::vector<std::string> usual_log_files(const Snapshot& snapshot, const Environment& environment);

/// How the source of an incident from systemd's journal begins.
inline constexpr std::string_view kJournalOf = "journal of ";

/// By the source of an incident: OpenClaw's own log, or what it printed (a file of launchd's, or
/// `journal of UNIT`).
bool is_openclaw_file_log(std::string_view source);
bool is_openclaw_console(std::string_view source);

}  // namespace wasession::observe::logs

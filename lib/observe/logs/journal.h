/// What services printed, from systemd's journal.
#pragma once

#include <string>
#include <vector>

#include "model/snapshot.h"
#include "observe/environment.h"
#include "observe/logs/log_reader.h"

namespace wasession::observe::logs {

struct JournalUnit {
  std::string name;  ///< `openclaw-gateway.service`
  bool of_user = false;

  auto operator<=>(const JournalUnit&) const = default;
};

/// OpenClaw's units that have a unit file, and those that run the holders in the Snapshot.
std::vector<JournalUnit> journal_units(const Snapshot& snapshot, const Environment& environment);

/// Runs journalctl for what the unit printed since then: 256 MiB and 20 s of it at most, which the
/// fault tells. Nothing at all where there is no journalctl.
LogReading read_journal(const JournalUnit& unit, Time since, Time now);

/// The source of its incidents: `journal of openclaw-gateway.service`.
std::string source_of(const JournalUnit& unit);

}  // namespace wasession::observe::logs

/// Where the programs' logs lie.
#pragma once

#include <string>
#include <vector>

#include "model/snapshot.h"
#include "observe/environment.h"

namespace wasession::observe::logs {

/// The log files in the usual places, in the order of their paths. Nothing is opened.
std::vector<std::string> usual_log_files(const Snapshot& snapshot, const Environment& environment);

}  // namespace wasession::observe::logs

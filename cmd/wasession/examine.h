/// The closer look that doctor, disconnect and purge-creds take: logs, locks, permissions.
#pragma once

#include <string>
#include <vector>

#include "observe/logs/logs.h"
#include "options.h"

namespace wasession::cmd {

struct Examination {
  Time since;                     ///< how far back logs count
  std::vector<std::string> logs;  ///< besides those in the usual places
  /// Of a command that looks again and again; both may be null.
  registry::Registry* memory = nullptr;  ///< where there is no registry that can be written
  observe::JournalMemory* journals = nullptr;
};

/// Adds to the look's Snapshot what logs tell and what is wrong with files. The registry keeps how
/// far the logs were read.
void examine(const GlobalOptions& global, const Examination& examination, Look& look);

}  // namespace wasession::cmd

/// Reads what the programs logged about their connections. Reads only; nothing of a log is kept but
/// what an Incident holds, for programs write private keys into their logs.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "observe/environment.h"
#include "observe/logs/journal_memory.h"
#include "observe/progress.h"
#include "registry/registry.h"

namespace wasession::observe {

struct LogScope {
  Time since;                         ///< earlier incidents are left out
  std::vector<std::string> files;     ///< `--log`: read whatever their names are
  bool usual_places = true;           ///< OpenClaw's files, the journal, pm2's
  JournalMemory* journals = nullptr;  ///< of a process that looks often; may be null
};

/// Fills in `incidents` and `logs` of the Snapshot. What earlier runs read (the registry remembers
/// device, inode and offset) is not read again. A file that can't be read is a warning. `registry`
/// may be null; when it is writable, what was read is remembered there.
void read_logs(Snapshot& snapshot, const LogScope& scope, const Environment& environment,
               registry::Registry* registry, Progress& progress);

}  // namespace wasession::observe

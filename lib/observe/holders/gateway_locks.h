/// The locks of running OpenClaw gateways.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "observe/environment.h"
#include "observe/places/openclaw_locks.h"
#include "observe/processes/processes.h"

namespace wasession::observe {

/// True for what OpenClaw renames its processes to.
bool names_itself_openclaw(const ProcessReading& reading);

/// What the place rules may know of a process's surroundings. Its directories are given as they are
/// reached from here.
Environment environment_of(const ProcessReading& reading, Platform platform);

/// The paths of all gateway locks in /tmp, the TMPDIR of everything that names itself OpenClaw, and
/// the state directories of the Snapshot's sessions.
std::vector<std::string> gateway_lock_paths(const ProcessTable& table, const Snapshot& snapshot);

/// All gateway locks of the machine, by the pid that they name.
class GatewayLocks {
 public:
  GatewayLocks(const ProcessTable& table, const Snapshot& snapshot);

  /// Those of this very process. A lock says whose it is by pid and start time; anybody may write
  /// such a file into /tmp, so it must belong to the process's user or to root.
  std::vector<openclaw::GatewayLock> of(const ProcessReading& reading,
                                        const Process& process) const;

  bool names(int pid) const { return locks_.contains(pid); }

 private:
  std::multimap<int, openclaw::GatewayLock> locks_;
};

}  // namespace wasession::observe

/// The machine at one moment, as observe saw it: the only thing that judge, plan and report see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/condition.h"
#include "model/incident.h"
#include "model/lease.h"
#include "model/session.h"
#include "model/time.h"
#include "model/warning.h"

namespace wasession {

/// Immutable once observe returned it. Groups hold positions in `sessions`, ascending, and have two
/// members or more.
struct Snapshot {
  Time taken_at;
  std::string host;
  std::vector<Session> sessions;  ///< in order of their ids
  /// Sessions with equal fingerprints: the same credential, present more than once.
  std::vector<std::vector<std::size_t>> credential_groups;
  /// Sessions of one phone number, whatever their credentials.
  std::vector<std::vector<std::size_t>> account_groups;
  /// Those of `wasession run`, each with the process that took it.
  std::vector<Lease> leases;
  /// The holders of all sessions and leases, and `strangers`, each once.
  std::vector<Process> processes;
  /// Positions in `processes` of those that are connected to WhatsApp's networks and that nothing
  /// ties to a session.
  std::vector<std::size_t> strangers;
  std::size_t processes_seen = 0;  ///< how many there were, kernel threads left out
  /// How many of them may not be looked into: "nobody" then means "nobody seen".
  std::size_t processes_unreadable = 0;
  bool taken_by_root = false;     ///< then nobody else would see more
  std::uint32_t taken_by = 0;     ///< uid
  std::vector<int> own_family;    ///< pids of this wasession and of all above it
  bool processes_hidden = false;  ///< /proc shows only one's own: there may be any number more
  /// From logs, oldest first; empty unless logs were asked for.
  std::vector<Incident> incidents;
  std::vector<LogSource> logs;
  Condition condition;  ///< empty unless a closer look was asked for
  std::vector<Warning> warnings;
};

}  // namespace wasession

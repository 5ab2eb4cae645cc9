/// The room of plans: pure functions from a Snapshot and findings to the steps that a person may
/// read before they are taken.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "model/finding.h"
#include "model/plan.h"
#include "model/quarantine.h"
#include "model/snapshot.h"

namespace wasession::plan {

/// What `doctor --fix` does: only what cannot lose anything. Steps for the findings that are
/// fixable: stale lock files of processes that are proven dead, permissions of secrets, a damaged
/// registry set aside.
Plan fix(const Snapshot& snapshot, std::span<const Finding> findings);

/// What `disconnect` was asked for. Sessions are positions in the Snapshot, ascending.
struct DisconnectRequest {
  /// Every holder of them is stopped. Absent: of every credential that is in use twice all users
  /// but one are stopped.
  std::optional<std::vector<std::size_t>> sessions;
  std::vector<int> pids;          ///< `pid:N`: these processes are stopped, whatever they hold
  std::vector<std::size_t> keep;  ///< whoever holds one of these stays
  std::vector<int> keep_pids;     ///< these processes stay
  /// Signal on likely evidence too, kill what does not end, and, as root, other users' processes
  /// in a conflict that nobody named.
  bool force = false;
  /// Not only one account of a gateway that can end it alone: what keeps the lease is to go, too.
  bool whole_processes = false;
};

/// Stops what uses a credential, each through what would start it again, and then watches. What it
/// leaves standing is said, with the command that would do it.
Decision disconnect(const Snapshot& snapshot, const DisconnectRequest& request);

/// True when a credential may be in use twice and the Snapshot does not show it: a second look
/// would, since in a fight one of the two always waits for its retry.
bool may_be_a_fight(const Snapshot& snapshot);

struct PurgeRequest {
  std::vector<std::size_t> sessions;  ///< positions in the Snapshot, ascending
  bool quarantine = true;             ///< false: deleted for good
  bool force = false;                 ///< disconnect who holds them first
};

/// The sessions that WhatsApp has removed, as the registry or a log tells: positions, ascending.
std::vector<std::size_t> logged_out_sessions(const Snapshot& snapshot);

/// Moves credentials to quarantine, or deletes them. One that somebody uses is left standing,
/// unless forced.
Decision purge(const Snapshot& snapshot, const PurgeRequest& request);

/// Puts back what is in quarantine.
Decision restore(std::span<const Quarantined> entries);

}  // namespace wasession::plan

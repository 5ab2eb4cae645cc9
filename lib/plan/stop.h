/// The steps that end one process for good. What disconnect and purge have in common.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/plan.h"
#include "model/snapshot.h"

namespace wasession::plan {

/// One process to be stopped.
struct Target {
  std::size_t process = 0;            ///< position in Snapshot::processes
  std::vector<std::size_t> sessions;  ///< those that it is to let go of, ascending
  std::string why;                    ///< one sentence
  /// A possible one is never stopped.
  Strength confidence = Strength::possible;
  bool named = false;  ///< by the user, as opposed to found in a conflict
};

/// Appends the steps that stop the targets, gentlest first, or says why one is left standing.
class Stops {
 public:
  /// `whole_processes`: as in DisconnectRequest.
  Stops(const Snapshot& snapshot, bool force, std::vector<std::size_t> kept,
        bool whole_processes = false);

  void add(const Target& target, Decision& decision);

  /// Appends the step that watches whether somebody comes back to what was stopped. Nothing when
  /// nothing was.
  void add_watch(Decision& decision) const;

  bool stopped_any() const { return !stopped_.empty(); }
  /// Positions of the processes that steps were made for.
  const std::vector<std::size_t>& stopped() const { return stopped_; }

 private:
  bool may_stop(const Target& target, Decision& decision) const;
  void add_locks(const Target& target, Decision& decision);
  std::optional<std::size_t> add_channel(const Target& target, Decision& decision) const;
  std::optional<std::size_t> add_unit(const Target& target, Decision& decision,
                                      std::optional<std::size_t> unless_done);
  /// It is this wasession or stands above it.
  bool is_family(const Process& process) const;
  /// Its unit cannot be stopped without ending who goes on, or this wasession.
  bool shares_unit_with_kept(const Process& process) const;

  const Snapshot& snapshot_;
  bool force_;
  bool whole_processes_;
  std::vector<std::size_t> kept_;  ///< positions of processes that are to go on
  std::vector<std::size_t> stopped_;
  std::vector<std::size_t> sessions_;  ///< that they are to let go of
};

}  // namespace wasession::plan

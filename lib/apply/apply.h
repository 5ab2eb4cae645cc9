/// The only room that changes processes, credentials and the files beside them. Each step re-checks
/// at the last moment that it meets what was judged: the same file by device and inode, the same
/// process by pidfd and start time. What is not so any more is skipped, and said.
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "model/plan.h"
#include "model/snapshot.h"

namespace wasession::apply {

class Changes;
class Commands;
class HeldLocks;

/// What the steps are taken with. The defaults serve steps that stop nothing and purge nothing.
struct Means {
  Changes* changes = nullptr;                 ///< null: the real calls
  Commands* commands = nullptr;               ///< null: the real commands
  HeldLocks* locks = nullptr;                 ///< null: those that a step takes end with it
  std::string quarantine;                     ///< its directory, absolute; made when it is needed
  std::chrono::milliseconds timeout{10'000};  ///< for a process to end, for a command to answer
  std::chrono::milliseconds watch{10'000};    ///< how long watch_for_return looks
  /// A new look at the machine: watch_for_return compares it with what was stopped.
  std::function<Snapshot()> look;
  /// Called again and again while a step waits: what for (a clause), for how long now, and how long
  /// at most.
  std::function<void(const std::string&, std::chrono::milliseconds, std::chrono::milliseconds)>
      waiting;
  /// Not null and not 0: the step that is being taken comes to a consistent end, and the following
  /// ones are skipped.
  const volatile std::sig_atomic_t* interrupted = nullptr;

  bool is_interrupted() const { return interrupted != nullptr && *interrupted != 0; }
};

/// Takes the steps in order and says of each what came of it. Never throws for what goes wrong with
/// one step; the following ones are taken all the same, unless they depend on it.
std::vector<Outcome> apply(const Plan& plan, const Means& means = {});

}  // namespace wasession::apply

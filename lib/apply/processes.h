/// Processes at the last moment: whether one is still the one that was judged, and its end. A
/// signal goes through a handle that stands for one process whatever becomes of its pid.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apply/apply.h"
#include "apply/files.h"
#include "model/process.h"

namespace wasession::apply {

/// True when the process is proven to have ended: nobody has its pid, or a zombie, or one that
/// started at another time (`start` 0 is any time). What cannot be told counts as alive.
bool has_ended(const ProcessIdentity& process);

/// One process, for as long as this lives: another one that gets its pid is never meant.
class ProcessHandle {
 public:
  /// Takes hold of a process. Absent when it has ended, or when another one has its pid; `error()`
  /// is an errno when it can't be told.
  explicit ProcessHandle(const ProcessIdentity& process);

  explicit operator bool() const { return static_cast<bool>(descriptor_); }
  int error() const { return error_; }

  /// 0 or an errno; ESRCH when it has ended.
  int send(int signal) const;

  /// Waits until it has ended, or `limit` is over, or the Means are interrupted: true when it has
  /// ended. `what` is told to Means::waiting.
  bool wait(std::chrono::milliseconds limit, const Means& means, const std::string& what) const;

 private:
  bool ended_within(std::chrono::milliseconds slice) const;

  ProcessIdentity process_;
  Descriptor descriptor_;
  int error_ = 0;
};

/// Why this process must never get a signal from here, as a clause about it; nothing when it may:
/// process 1, wasession itself, one of its ancestors, another user's (unless root sends it).
std::optional<std::string> never_signalled(const ProcessIdentity& process, std::uint32_t uid);

/// Its command line as ps shows it, cut to 80 bytes; empty when it can't be seen.
std::string command_of(int pid);

}  // namespace wasession::apply

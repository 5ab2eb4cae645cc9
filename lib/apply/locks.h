/// Locks of other programs that are held while steps are taken, so that nobody comes back
/// meanwhile.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "apply/files.h"

namespace wasession::apply {

/// wacli's LOCK files, by path. Each is freed when this ends. A LOCK is never made, never written
/// to and never removed.
class HeldLocks {
 public:
  HeldLocks();
  ~HeldLocks();
  HeldLocks(const HeldLocks&) = delete;
  HeldLocks& operator=(const HeldLocks&) = delete;

  /// Takes the flock of the file at `path` (absolute). 0; EWOULDBLOCK when somebody else has it;
  /// ENOENT when there is no such file; ELOOP when a symbolic link is on the way; another errno. 0
  /// too when it is held here already.
  int take(const std::string& path);

  /// The same, but tries again and again, beside what else is done, until it is free: so it is
  /// taken the moment its owner ends. 0 when it was begun, else as take().
  int take_when_free(const std::string& path);

  bool has(const std::string& path) const;
  bool empty() const;
  /// Frees them all.
  void release();

 private:
  struct Waiting;

  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Waiting>> locks_;
};

}  // namespace wasession::apply

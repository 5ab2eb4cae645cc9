/// What is wrong with files, as a closer look saw it (`doctor`). Values only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/session.h"

namespace wasession {

/// A lock without content may be one that is just being written; from this age on it is not.
inline constexpr std::chrono::minutes kSettledLock{5};

/// A lock file that no live process stands behind.
struct StaleLock {
  std::string path;
  FileIdentity identity;
  ProcessIdentity owner;               ///< that it names; pid 0: nobody, start 0: not said
  std::optional<std::size_t> session;  ///< whose store it locks
  /// True for an empty or unreadable `<authDir>.lock`: OpenClaw 2026.9 refuses it for ever. Others
  /// are reclaimed by the next start.
  bool blocks = false;
  /// A command of `wasession run` kept OpenClaw off with it, and has ended.
  bool of_run = false;
};

/// A file or directory with secrets that other users may read.
struct ExposedSecret {
  std::string path;
  FileIdentity identity;
  std::uint32_t mode = 0;         ///< permission bits now
  std::uint32_t wanted_mode = 0;  ///< without those of group and others
  std::size_t session = 0;        ///< position in Snapshot::sessions
};

/// What only a closer look tells.
struct Condition {
  std::vector<StaleLock> stale_locks;
  std::vector<ExposedSecret> exposed;
  /// Sessions whose creds.json is missing or broken while creds.json.bak is good: OpenClaw restores
  /// it at its next start.
  std::vector<std::size_t> restorable;
  std::string damaged_registry;  ///< its path; empty when it is sound, or not there
};

}  // namespace wasession

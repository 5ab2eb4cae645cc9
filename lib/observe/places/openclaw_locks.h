/// OpenClaw's lock files: where they lie and what is in them (2026.2 and 2026.9, seen running).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "observe/files/files.h"

namespace wasession::observe::openclaw {

/// A gateway's lock: which configuration the process with this pid runs.
struct GatewayLock {
  std::string path;  ///< of the lock file
  int pid = 0;
  std::uint64_t start = 0;      ///< `startTime`; 0 when the file has none
  std::string config_path;      ///< may be empty in a state lock
  std::string state_directory;  ///< 2026.9 only
  std::uint32_t owner = 0;      ///< uid of the file
  /// 2026.9 locks each auth directory besides, so this lock alone names no credential in use.
  bool locks_credentials = false;
};

/// True for `…/openclaw-<uid>/gateway.<anything>.lock`.
bool is_gateway_lock_path(std::string_view path);

/// Reads a gateway's lock; nothing for garbage, an empty file, anything but a regular file, a role
/// other than the gateway's, or one of more than 64 KiB.
std::optional<GatewayLock> read_gateway_lock(const std::string& path);

/// The paths of all gateway locks below these temporary directories (`<tmp>/openclaw-<uid>/`) and
/// state directories (`<state>/tmp/openclaw-<uid>/`).
std::vector<std::string> gateway_lock_paths(const std::vector<std::string>& temporary_directories,
                                            const std::vector<std::string>& state_directories);

/// The owner that a `<authDir>.lock` of 2026.9 names.
struct ConnectionLock {
  int pid = 0;
  std::uint64_t start = 0;  ///< `starttime`; 0 when the file has none
};
std::optional<ConnectionLock> read_connection_lock(const std::string& path);

/// What stands in a lock file of either kind, for the question whether it is stale.
struct LockFile {
  enum class Content {
    unknown,  ///< not there, unreadable, no regular file, too large
    garbage,  ///< empty or not JSON
    nobody,   ///< JSON that names no process
    owner
  };
  Content content = Content::unknown;
  FileFacts facts;  ///< of the very file that was read
  int pid = 0;
  std::uint64_t start = 0;  ///< `startTime` or `starttime`; 0 when the file has none
};
/// No component of the path may be a symbolic link.
LockFile read_lock_file(const std::string& path);

}  // namespace wasession::observe::openclaw

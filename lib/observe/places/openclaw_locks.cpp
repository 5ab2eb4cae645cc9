#include "observe/places/openclaw_locks.h"

#include <nlohmann/json.hpp>

#include "observe/places/openclaw_paths.h"

namespace wasession::observe::openclaw {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestLock = std::size_t{64} << 10;

/// What is in a lock file; discarded when that is no JSON. 2026.9 puts a line of tabs and spaces
/// behind it, which is white space to a JSON parser.
json read_json(const std::string& path, Links links, FileContent& content) {
  SecretBuffer buffer;
  content = read_file(path, kLargestLock, buffer, links);
  json value = json::parse(content.bytes, nullptr, false);
  content.bytes = {};
  return value;
}

/// The object in a lock file; null for anything else.
json read_object(const std::string& path, FileFacts& facts) {
  FileContent content;
  json value = read_json(path, Links::follow, content);
  facts = content.facts;
  return value.is_object() ? value : json();
}

std::uint64_t number(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

int pid_in(const json& object) {
  constexpr std::uint64_t kLargestPid = 1U << 22;  // PID_MAX_LIMIT of a 64-bit kernel
  const std::uint64_t pid = number(object, "pid");
  return pid <= kLargestPid ? static_cast<int>(pid) : 0;
}

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

void add_locks_in(const std::string& directory, std::vector<std::string>& paths) {
  for_each_entry(directory, [&](const DirectoryEntry& user) {
    if (!user.name.starts_with(kTemporaryPrefix)) return true;
    const std::string locks = join(directory, user.name);
    for_each_entry(locks, [&](const DirectoryEntry& entry) {
      const std::string path = join(locks, entry.name);
      if (is_gateway_lock_path(path)) paths.push_back(path);
      return true;
    });
    return true;
  });
}

}  // namespace

bool is_gateway_lock_path(std::string_view path) {
  const std::string_view name = base_name(path);
  return name.starts_with(kGatewayLockPrefix) && name.ends_with(kLockSuffix) &&
         base_name(parent_path(path)).starts_with(kTemporaryPrefix);
}

std::optional<GatewayLock> read_gateway_lock(const std::string& path) {
  FileFacts facts;
  const json value = read_object(path, facts);
  if (value.is_null() || pid_in(value) == 0) return std::nullopt;
  // The other roles of 2026.9 (embedded agents, maintenance) run no channels.
  if (const std::string role = text(value, "role"); !role.empty() && role != "gateway") {
    return std::nullopt;
  }
  GatewayLock lock;
  lock.path = path;
  lock.pid = pid_in(value);
  lock.start = number(value, "startTime");
  lock.config_path = text(value, "configPath");
  lock.state_directory = text(value, "stateDir");
  lock.owner = facts.owner;
  lock.locks_credentials = value.contains("ownerId");
  return lock;
}

std::vector<std::string> gateway_lock_paths(const std::vector<std::string>& temporary_directories,
                                            const std::vector<std::string>& state_directories) {
  std::vector<std::string> paths;
  for (const std::string& directory : temporary_directories) add_locks_in(directory, paths);
  for (const std::string& directory : state_directories) {
    add_locks_in(join(directory, kTemporaryInState), paths);
  }
  return paths;
}

std::optional<ConnectionLock> read_connection_lock(const std::string& path) {
  FileFacts facts;
  const json value = read_object(path, facts);
  if (value.is_null() || pid_in(value) == 0) return std::nullopt;
  return ConnectionLock{pid_in(value), number(value, "starttime")};
}

LockFile read_lock_file(const std::string& path) {
  FileContent content;
  const json value = read_json(path, Links::show, content);
  LockFile lock;
  lock.facts = content.facts;
  if (content.error != 0 || content.facts.kind != FileKind::regular) return lock;
  if (value.is_discarded()) {
    lock.content = LockFile::Content::garbage;
  } else if (!value.is_object() || pid_in(value) == 0) {
    lock.content = LockFile::Content::nobody;
  } else {
    lock.content = LockFile::Content::owner;
    lock.pid = pid_in(value);
    lock.start =
        value.contains("startTime") ? number(value, "startTime") : number(value, "starttime");
  }
  return lock;
}

}  // namespace wasession::observe::openclaw

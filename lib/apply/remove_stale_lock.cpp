#include <cerrno>
#include <chrono>
#include <ctime>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "apply/processes.h"
#include "apply/steps.h"
#include "model/condition.h"

namespace wasession::apply {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestLock = std::size_t{64} << 10;

/// The whole file; nothing when it can't be read or is no lock by its size.
std::optional<std::string> content_of(const Descriptor& file) {
  std::string content(kLargestLock + 1, '\0');
  std::size_t used = 0;
  while (used < content.size()) {
    const ssize_t count =
        ::pread(file.get(), content.data() + used, content.size() - used, static_cast<off_t>(used));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
  }
  if (used > kLargestLock) return std::nullopt;
  content.resize(used);
  return content;
}

/// The process that a lock names. OpenClaw 2026.9 writes `starttime` beside auth directories, and
/// both versions write `startTime` in a gateway's lock.
ProcessIdentity owner_in(const json& lock) {
  const auto number = [&](const char* name) -> std::uint64_t {
    const auto found = lock.find(name);
    return found != lock.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
  };
  const std::uint64_t pid = number("pid");
  const bool fits = pid <= static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  return {fits ? static_cast<int>(pid) : 0,
          lock.contains("startTime") ? number("startTime") : number("starttime")};
}

bool may_be_half_written(const struct stat& status) {
  return std::chrono::seconds(std::time(nullptr) - status.st_mtime) < kSettledLock;
}

/// Why the file that is open is not the stale lock that was judged; nothing when it is.
std::optional<std::string> objection(const Step& step, const Descriptor& file,
                                     const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "it is not a file any more";
  if (identity_of(status) != step.identity) return "another file has taken its place";
  const auto content = content_of(file);
  if (!content) return "it can't be read as a lock";
  const json lock = json::parse(*content, nullptr, false);
  if (step.owner.pid == 0) {
    if (!lock.is_discarded()) return "it has been written meanwhile";
    if (may_be_half_written(status)) return "it is being written";
    return std::nullopt;
  }
  if (!lock.is_object() || owner_in(lock) != step.owner) return "it names another process by now";
  if (!has_ended(step.owner)) return fmt::format("process {} is alive", step.owner.pid);
  return std::nullopt;
}

/// Puts back what was moved aside, and says what became of it. `why` begins with "it".
Outcome put_back(const Step& step, Changes& changes, const Location& location,
                 const std::string& aside, Outcome outcome) {
  const int error = changes.move_back(location, aside);
  if (error == 0) return outcome;
  const std::string now_at = step.target.substr(0, step.target.rfind('/') + 1) + aside;
  return failed(step, fmt::format("{}; it is now {} and can't be put back", outcome.detail, now_at),
                error);
}

}  // namespace

Outcome remove_stale_lock(const Step& step, Changes& changes, const std::string& aside) {
  const Location location = locate(step.target);
  if (!location.directory) return not_opened(step, location.error);
  struct stat status {};
  const Descriptor file = open_at(location, status);
  if (!file) return not_opened(step, errno);
  if (auto why = objection(step, file, status)) return skipped(step, *why);

  if (const int error = changes.move_aside(location, aside); error != 0) {
    if (error == ENOENT) return not_opened(step, error);
    return failed(step, "it can't be removed", error);
  }
  // The file is still open, so its inode number can't have gone to another one.
  struct stat moved {};
  if (const int error = look_at(location.directory, aside, moved); error != 0) {
    return failed(step, "it was moved aside and then lost", error);
  }
  std::optional<std::string> why;
  if (identity_of(moved) != step.identity) {
    why = "another file has taken its place";
  } else {
    why = objection(step, file, moved);
  }
  if (why) return put_back(step, changes, location, aside, skipped(step, *why));
  if (const int error = changes.remove(location, aside); error != 0) {
    return put_back(step, changes, location, aside, failed(step, "it can't be removed", error));
  }
  return done(step, step.owner.pid == 0
                        ? "removed"
                        : fmt::format("removed: process {} has ended", step.owner.pid));
}

}  // namespace wasession::apply

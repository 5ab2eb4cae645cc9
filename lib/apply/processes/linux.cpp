#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "apply/files.h"
#include "apply/processes.h"

namespace wasession::apply {
namespace {

struct Status {
  char state = '?';
  std::uint64_t start = 0;
};

/// Fields 3 and 22 of /proc/PID/stat (proc(5)); nothing when it can't be read.
std::optional<Status> status_of(int pid) {
  constexpr int kFieldsToStart = 19;
  const Descriptor file(
      ::open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 1024> bytes{};
  const ssize_t length = file ? ::read(file.get(), bytes.data(), bytes.size()) : -1;
  if (length <= 0) return std::nullopt;
  std::string_view fields(bytes.data(), static_cast<std::size_t>(length));
  // The name before them may hold anything, brackets and spaces too; nothing behind them does.
  const std::size_t name_end = fields.rfind(") ");
  if (name_end == std::string_view::npos || name_end + 2 >= fields.size()) return std::nullopt;
  fields.remove_prefix(name_end + 2);
  Status status;
  status.state = fields.front();
  for (int skipped = 0; skipped < kFieldsToStart; ++skipped) {
    const std::size_t space = fields.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    fields.remove_prefix(space + 1);
  }
  const auto [end, error] =
      std::from_chars(fields.data(), fields.data() + fields.size(), status.start);
  if (error != std::errc()) return std::nullopt;
  return status;
}

}  // namespace

bool has_ended(const ProcessIdentity& process) {
  if (const auto status = status_of(process.pid)) {
    if (status->state == 'Z' || status->state == 'X') return true;
    return process.start != 0 && process.start != status->start;
  }
  // A /proc that hides other users' processes still leaves the kernel's answer.
  return ::kill(process.pid, 0) != 0 && errno == ESRCH;
}

}  // namespace wasession::apply

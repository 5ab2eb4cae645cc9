#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "apply/files.h"
#include "apply/processes.h"
#include "apply/processes/parents.h"

namespace wasession::apply {
namespace {

struct Status {
  char state = '?';
  int parent = 0;
  std::uint64_t start = 0;
};

/// The number at the beginning of the text.
template <typename Number>
bool read_number(std::string_view text, Number& number) {
  return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
}

/// Fields 3, 4 and 22 of /proc/PID/stat (proc(5)); nothing when it can't be read.
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
    if (skipped == 0 && !read_number(fields, status.parent)) return std::nullopt;
  }
  if (!read_number(fields, status.start)) return std::nullopt;
  return status;
}

bool is_dead(const Status& status) {
  return status.state == 'Z' || status.state == 'X';
}

}  // namespace

bool has_ended(const ProcessIdentity& process) {
  if (const auto status = status_of(process.pid)) {
    if (is_dead(*status)) return true;
    return process.start != 0 && process.start != status->start;
  }
  // A /proc that hides other users' processes still leaves the kernel's answer.
  return ::kill(process.pid, 0) != 0 && errno == ESRCH;
}

// The C library of Debian 12 has no name for these calls.
ProcessHandle::ProcessHandle(const ProcessIdentity& process)
    : process_(process), descriptor_(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0))) {
  if (!descriptor_) {
    error_ = errno == ESRCH ? 0 : errno;
    return;
  }
  // Looked at after the handle was taken: who started at that time still had the pid then.
  const auto status = status_of(process.pid);
  if (status && !is_dead(*status) && status->start == process.start) return;
  // A /proc that hides other users' processes shows nothing of one that lives.
  if (!status && (::kill(process.pid, 0) == 0 || errno == EPERM)) error_ = EACCES;
  descriptor_ = Descriptor(-1);
}

int ProcessHandle::send(int signal) const {
  return ::syscall(SYS_pidfd_send_signal, descriptor_.get(), signal, nullptr, 0) == 0 ? 0 : errno;
}

bool ProcessHandle::ended_within(std::chrono::milliseconds slice) const {
  pollfd ended{descriptor_.get(), POLLIN, 0};
  return ::poll(&ended, 1, static_cast<int>(slice.count())) > 0;
}

int parent_of(int pid) {
  const auto status = status_of(pid);
  return status ? status->parent : 0;
}

std::string command_of(int pid) {
  const Descriptor file(
      ::open(("/proc/" + std::to_string(pid) + "/cmdline").c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 80> bytes{};
  const ssize_t length = file ? ::read(file.get(), bytes.data(), bytes.size()) : -1;
  std::string command(bytes.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  while (!command.empty() && command.back() == '\0') command.pop_back();
  for (char& c : command) {
    if (c == '\0') c = ' ';
  }
  return command;
}

}  // namespace wasession::apply

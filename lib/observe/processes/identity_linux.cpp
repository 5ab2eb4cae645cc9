#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <climits>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe/files/descriptor.h"
#include "observe/password_file.h"
#include "observe/processes/processes.h"
#include "observe/processes/procfs.h"
#include "observe/processes/procfs_file.h"

namespace wasession::observe {
namespace {

/// As ps shows it: the arguments with spaces between them; without any, the name in brackets.
std::string command_of(std::string_view arguments, std::string_view name) {
  std::string command;
  for_each_piece(arguments, [&](std::string_view argument) {
    if (!command.empty()) command += ' ';
    command += argument;
  });
  return command.empty() ? "[" + std::string(name) + "]" : command;
}

Time start_time(std::uint64_t ticks) {
  using namespace std::chrono;
  const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  timespec uptime{};
  ::clock_gettime(CLOCK_BOOTTIME, &uptime);
  const auto booted = system_clock::now() - seconds(uptime.tv_sec) - nanoseconds(uptime.tv_nsec);
  return floor<milliseconds>(booted + milliseconds(ticks * 1000 / per_second));
}

std::uint32_t owner_of(int process) {
  struct stat status {};
  return ::fstatat(process, "", &status, AT_EMPTY_PATH) == 0 ? status.st_uid : 0;
}

std::optional<Process> read_identity(int pid) {
  const Descriptor directory(
      ::open(("/proc/" + std::to_string(pid)).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return std::nullopt;
  const auto status = parse_status(read_process_file(directory.get(), "stat"));
  if (!status) return std::nullopt;
  Process process;
  process.identity = {pid, status->start};
  process.started_at = start_time(status->start);
  process.parent = status->parent;
  process.uid = owner_of(directory.get());
  process.user = user_name(process.uid);
  process.command = command_of(read_process_file(directory.get(), "cmdline"), status->name);
  process.zombie = status->state == 'Z' || status->state == 'X';
  return process;
}

/// The information on a descriptor, unless it leads to another file than it did in the walk.
std::string descriptor_information(const ProcessReading& reading, const OpenFile& file) {
  const Descriptor directory(
      ::open(("/proc/" + std::to_string(reading.pid)).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const std::string number = std::to_string(file.descriptor);
  std::string information = read_process_file(directory.get(), "fdinfo/" + number);
  std::array<char, PATH_MAX> target;
  const ssize_t length =
      ::readlinkat(directory.get(), ("fd/" + number).c_str(), target.data(), target.size());
  const bool same =
      length > 0 && std::string_view(target.data(), static_cast<std::size_t>(length)) == file.path;
  return same ? information : std::string();
}

}  // namespace

std::optional<Process> identify(const ProcessReading& reading, std::uint64_t began) {
  auto process = read_identity(reading.pid);
  // A pid is reused only after its process died, and the walk saw that one alive.
  if (!process || process->identity.start > began || process->zombie) return std::nullopt;
  process->executable = reading.executable;
  process->working_directory = reading.working_directory;
  process->readable = reading.readable;
  return process;
}

std::optional<Process> process_with(int pid) {
  return read_identity(pid);
}

bool holds_flock(const ProcessReading& reading, const OpenFile& file) {
  return shows_exclusive_flock(descriptor_information(reading, file));
}

bool is_open_for_writing(const ProcessReading& reading, const OpenFile& file) {
  const auto flags = parse_open_flags(descriptor_information(reading, file));
  return flags && (*flags & O_ACCMODE) != O_RDONLY;
}

}  // namespace wasession::observe

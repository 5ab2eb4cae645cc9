#include <cerrno>
#include <csignal>
#include <thread>

#include <libproc.h>

#include "apply/processes.h"
#include "apply/processes/parents.h"

namespace wasession::apply {
namespace {

struct Status {
  int parent = 0;
  std::uint64_t start = 0;
  bool dead = false;
};

/// Microseconds since 1970 are the unit of ProcessIdentity here.
std::optional<Status> status_of(int pid) {
  proc_bsdinfo info{};
  if (::proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &info, sizeof info) !=
      static_cast<int>(sizeof info)) {
    return std::nullopt;
  }
  constexpr std::uint64_t kMicroseconds = 1'000'000;
  return Status{static_cast<int>(info.pbi_ppid),
                info.pbi_start_tvsec * kMicroseconds + info.pbi_start_tvusec,
                info.pbi_status == SZOMB};
}

}  // namespace

bool has_ended(const ProcessIdentity& process) {
  if (const auto status = status_of(process.pid)) {
    return status->dead || (process.start != 0 && process.start != status->start);
  }
  return ::kill(process.pid, 0) != 0 && errno == ESRCH;
}

/// macOS has no handle of a process: the descriptor is a stand-in, and who has the pid is looked at
/// before each signal. A pid is reused after tens of thousands of others only.
ProcessHandle::ProcessHandle(const ProcessIdentity& process)
    : process_(process), descriptor_(has_ended(process) ? -1 : ::dup(0)) {}

int ProcessHandle::send(int signal) const {
  if (has_ended(process_)) return ESRCH;
  return ::kill(process_.pid, signal) == 0 ? 0 : errno;
}

bool ProcessHandle::ended_within(std::chrono::milliseconds slice) const {
  if (has_ended(process_)) return true;
  std::this_thread::sleep_for(slice);
  return has_ended(process_);
}

int parent_of(int pid) {
  const auto status = status_of(pid);
  return status ? status->parent : 0;
}

std::string command_of(int pid) {
  std::string path(PROC_PIDPATHINFO_MAXSIZE, '\0');
  const int length = ::proc_pidpath(pid, path.data(), static_cast<std::uint32_t>(path.size()));
  path.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return path;
}

}  // namespace wasession::apply

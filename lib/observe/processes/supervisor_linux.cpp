#include <algorithm>
#include <array>
#include <climits>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe/files/descriptor.h"
#include "observe/files/files.h"
#include "observe/processes/procfs.h"
#include "observe/processes/procfs_file.h"
#include "observe/processes/supervisor.h"

namespace wasession::observe {
namespace {

/// Deeper than people and supervisors nest; pids that are reused meanwhile could make a circle.
constexpr int kMostAncestors = 64;

constexpr std::array<std::string_view, 14> kShells = {"bash", "zsh", "fish",   "dash", "sh",
                                                      "ash",  "ksh", "ksh93",  "mksh", "tcsh",
                                                      "csh",  "nu",  "elvish", "xonsh"};

struct Ancestor {
  int pid = 0;
  int parent = 0;
  uid_t owner = 0;
  bool has_terminal = false;
  std::string program;  ///< the name of the executable, or what the process calls itself
  std::string title;    ///< its arguments
};

/// The file that runs; empty when it may not be seen.
std::string executable_of(int process) {
  std::array<char, PATH_MAX> target;
  const ssize_t length = ::readlinkat(process, "exe", target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : std::string();
}

std::optional<Ancestor> look_at(int pid) {
  const Descriptor process(
      ::open(("/proc/" + std::to_string(pid)).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!process) return std::nullopt;
  const auto status = parse_status(read_process_file(process.get(), "stat"));
  if (!status) return std::nullopt;
  constexpr std::string_view kDeleted = " (deleted)";
  const std::string executable = executable_of(process.get());
  std::string_view program = base_name(executable);
  if (program.ends_with(kDeleted)) program.remove_suffix(kDeleted.size());
  // busybox is a hundred programs: which one is in the name that it runs under.
  if (program.empty() || program == "busybox") program = status->name;
  struct stat owner {};
  if (::fstat(process.get(), &owner) != 0) return std::nullopt;
  return Ancestor{pid,
                  status->parent,
                  owner.st_uid,
                  status->terminal != 0,
                  std::string(program),
                  read_process_file(process.get(), "cmdline")};
}

/// pm2 5 calls its daemon `PM2 v5.4.3: God Daemon (/home/user/.pm2)`.
bool is_pm2(const Ancestor& ancestor) {
  return ancestor.title.starts_with("PM2 v") &&
         ancestor.title.find("God Daemon") != std::string::npos;
}

bool is_shell_of_terminal(const Ancestor& ancestor) {
  return ancestor.has_terminal &&
         std::find(kShells.begin(), kShells.end(), ancestor.program) != kShells.end();
}

/// The daemon's directory, from its title.
std::string pm2_home(std::string_view title) {
  const std::size_t begin = title.find('(');
  const std::size_t end = title.find(')', begin == std::string_view::npos ? 0 : begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) return {};
  return std::string(title.substr(begin + 1, end - begin - 1));
}

/// pm2 takes other words too: `all`.
bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// What pm2 tells a process that it starts.
Supervisor pm2_process(std::string_view title, std::string_view environment) {
  Supervisor supervisor{SupervisorKind::pm2, {}, {}, pm2_home(title)};
  for_each_piece(environment, [&](std::string_view variable) {
    if (variable.starts_with("name=")) supervisor.unit = variable.substr(5);
    if (variable.starts_with("pm_id=") && is_number(variable.substr(6))) {
      supervisor.number = variable.substr(6);
    }
  });
  if (supervisor.unit.empty()) supervisor.unit = supervisor.number;
  return supervisor;
}

/// Of pm2 only the user's own daemon counts: anybody may take its title.
std::optional<Supervisor> supervisor_of_ancestors(const Process& process,
                                                  std::string_view environment) {
  std::optional<Supervisor> shell;
  int parent = process.parent;
  for (int left = kMostAncestors; parent > 0 && left > 0; --left) {
    const auto ancestor = look_at(parent);
    if (!ancestor) break;
    if (is_pm2(*ancestor) && ancestor->owner == process.uid)
      return pm2_process(ancestor->title, environment);
    if (!shell && is_shell_of_terminal(*ancestor)) {
      shell = {SupervisorKind::shell, ancestor->program + " " + std::to_string(ancestor->pid)};
    }
    parent = ancestor->parent;
  }
  return shell;
}

std::optional<Supervisor> supervisor_by_control_group(const std::string& process) {
  const Descriptor directory(
      ::open(("/proc/" + process).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return std::nullopt;
  return supervisor_of_control_groups(read_process_file(directory.get(), "cgroup"));
}

bool is_container(const std::optional<Supervisor>& supervisor) {
  if (!supervisor) return false;
  return supervisor->kind == SupervisorKind::docker || supervisor->kind == SupervisorKind::podman ||
         supervisor->kind == SupervisorKind::kubernetes;
}

}  // namespace

std::optional<Supervisor> supervisor_of(const Process& process, const ProcessReading& reading) {
  auto group = supervisor_by_control_group(std::to_string(process.identity.pid));
  // Inside a container its daemon is out of reach, and what runs beside this process has another
  // supervisor there.
  static const auto own = supervisor_by_control_group("self");
  if (is_container(group) && group != own) return group;
  if (auto found = supervisor_of_ancestors(process, reading.environment)) return found;
  if (is_container(group)) return std::nullopt;
  return group;
}

}  // namespace wasession::observe

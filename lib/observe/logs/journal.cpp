#include "observe/logs/journal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/glob.h"
#include "observe/files/descriptor.h"
#include "observe/files/files.h"
#include "observe/logs/places.h"
#include "observe/logs/wiped_bytes.h"

namespace wasession::observe::logs {
namespace {

/// OpenClaw's units, and those of its earlier name.
constexpr std::array<std::string_view, 2> kUnits = {"openclaw-gateway*.service",
                                                    "clawdbot-gateway*.service"};
constexpr std::string_view kUserUnits = ".config/systemd/user";
constexpr std::string_view kSystemUnits = "/etc/systemd/system";

constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20;
constexpr std::chrono::seconds kLongest{20};

void add_units(const std::string& directory, bool of_user, std::vector<JournalUnit>& units) {
  for_each_entry(directory, [&](const DirectoryEntry& entry) {
    const bool ours = std::any_of(kUnits.begin(), kUnits.end(), [&](std::string_view pattern) {
      return glob_matches(pattern, entry.name);
    });
    if (ours) units.push_back({std::string(entry.name), of_user});
    return units.size() < 100;
  });
}

/// A child that never outlives its reader.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

 private:
  pid_t pid_;
};

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

bool open_pipe(Pipe& pipe) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe(ends.data()) != 0) return false;
  pipe.read_end = Descriptor(ends[0]);
  pipe.write_end = Descriptor(ends[1]);
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  return true;
}

/// 0, or why it could not be started.
int start(std::vector<std::string> command, const Descriptor& output, pid_t& pid) {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  if (const int error = ::posix_spawn_file_actions_init(&actions); error != 0) return error;
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  // Whoever ends this process and its children must not wait for one that a thread without signals
  // has started.
  posix_spawnattr_t attributes;
  sigset_t signals;
  ::sigemptyset(&signals);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setsigmask(&attributes, &signals);
  ::sigaddset(&signals, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&attributes, &signals);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int error =
      ::posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return error;
}

/// Until the end of what the child prints. Returns why it broke off, or nothing.
std::string drain(const Descriptor& output, const std::function<void(std::string_view)>& each) {
  using std::chrono::steady_clock;
  const auto give_up = steady_clock::now() + kLongest;
  WipedBytes block(std::size_t{64} * 1024);
  std::uint64_t total = 0;
  while (total < kMostBytes) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(give_up - steady_clock::now());
    if (left.count() <= 0) return "journalctl takes too long";
    pollfd waiting{output.get(), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;
    const ssize_t count = ::read(output.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::generic_category().message(errno);
    if (count == 0) return {};
    each({block.data(), static_cast<std::size_t>(count)});
    total += static_cast<std::uint64_t>(count);
  }
  return "it is longer than 256 MiB";
}

}  // namespace

std::vector<JournalUnit> journal_units(const Snapshot& snapshot, const Environment& environment) {
  std::vector<JournalUnit> units;
  add_units(std::string(kSystemUnits), false, units);
  std::vector<std::string> homes = environment.other_homes;
  if (!environment.home.empty()) homes.push_back(environment.home);
  for (const std::string& home : homes) add_units(join(home, kUserUnits), true, units);
  for (const Session& session : snapshot.sessions) {
    for (const Holder& holder : session.holders) {
      const auto& supervised = snapshot.processes.at(holder.process).supervisor;
      if (!supervised) continue;
      const Supervisor& supervisor = *supervised;
      if (supervisor.kind != SupervisorKind::systemd &&
          supervisor.kind != SupervisorKind::systemd_user) {
        continue;
      }
      units.push_back({supervisor.unit, supervisor.kind == SupervisorKind::systemd_user});
    }
  }
  std::sort(units.begin(), units.end());
  units.erase(std::unique(units.begin(), units.end()), units.end());
  return units;
}

std::string source_of(const JournalUnit& unit) {
  return std::string(kJournalOf) + unit.name;
}

LogReading read_journal(const JournalUnit& unit, Time since, Time now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(std::max(since, Time{}));
  std::vector<std::string> command = {
      "journalctl",
      "--quiet",
      "--no-pager",
      "--output=short-iso",
      fmt::format("--since=@{}", seconds.time_since_epoch().count()),
      (unit.of_user ? "--user-unit=" : "--unit=") + unit.name};
  Pipe pipe;
  pid_t pid = -1;
  if (!open_pipe(pipe) || start(std::move(command), pipe.write_end, pid) != 0) return {};
  const Child child(pid);
  pipe.write_end = Descriptor();
  return read_text(source_of(unit), now,
                   [&](const auto& each) { return drain(pipe.read_end, each); });
}

}  // namespace wasession::observe::logs

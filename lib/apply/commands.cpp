#include "apply/commands.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/files.h"

// NOLINTNEXTLINE(readability-redundant-declaration): not every system declares it.
extern char** environ;

namespace wasession::apply {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostText = std::size_t{64} << 10;

/// `NAME=value` of this process's environment with the command's in front of their namesakes.
std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> all;
  for (const auto& [name, value] : command.environment) {
    all.push_back(fmt::format("{}={}", name, value));
  }
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('='));
    bool replaced = false;
    for (const auto& given : command.environment) replaced = replaced || given.first == name;
    if (!replaced) all.emplace_back(text);
  }
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// Starts the command with `output` as both its streams. 0 or an errno.
int start(const Command& command, int output, pid_t& pid) {
  std::vector<std::string> words = command.words;
  std::vector<std::string> variables = environment_of(command);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  // A group of its own: Ctrl-C is for wasession, which then ends the command itself.
  ::posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  const int error = ::posix_spawnp(&pid, words.front().c_str(), &actions, &attributes,
                                   pointers(words).data(), pointers(variables).data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return error;
}

/// Reads what there is; false at the end of it.
bool read_some(int descriptor, std::string& text) {
  std::array<char, 4096> bytes{};
  const ssize_t count = ::read(descriptor, bytes.data(), bytes.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  text.append(bytes.data(), std::min(static_cast<std::size_t>(count), kMostText - text.size()));
  return count > 0;
}

int status_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Answer Commands::run(const Command& command, std::chrono::milliseconds limit, const Means& means) {
  constexpr int kSlice = 50;
  Answer answer;
  std::array<int, 2> ends{-1, -1};
  if (::pipe(ends.data()) != 0) {
    answer.error = errno;
    return answer;
  }
  const Descriptor output(ends[0]);
  ::fcntl(output.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(output.get(), F_SETFL, O_NONBLOCK);
  pid_t pid = -1;
  {
    const Descriptor input(ends[1]);
    ::fcntl(input.get(), F_SETFD, FD_CLOEXEC);
    answer.error = start(command, input.get(), pid);
  }
  if (answer.error != 0) return answer;
  const std::string what = fmt::format("waiting for {}", to_string(command));
  const auto begin = Clock::now();
  int status = 0;
  bool open = true;
  // A daemon that it started may keep the pipe open: its own end is what counts.
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    const auto waited = std::chrono::floor<std::chrono::milliseconds>(Clock::now() - begin);
    if (waited >= limit || means.is_interrupted()) {
      answer.timed_out = true;
      ::kill(-pid, SIGKILL);
      ::waitpid(pid, &status, 0);
      break;
    }
    if (means.waiting) means.waiting(what, waited, limit);
    pollfd readable{open ? output.get() : -1, POLLIN, 0};
    if (::poll(&readable, 1, kSlice) > 0) open = read_some(output.get(), answer.text);
  }
  pollfd readable{output.get(), POLLIN, 0};
  // That daemon may write without end.
  while (open && answer.text.size() < kMostText && ::poll(&readable, 1, 0) > 0) {
    open = read_some(output.get(), answer.text);
  }
  answer.status = status_of(status);
  return answer;
}

std::string to_string(const Command& command) {
  return fmt::format("{}", fmt::join(command.words, " "));
}

std::string describe_failure(const Command& command, const Answer& answer) {
  if (answer.error == ENOENT) {
    return fmt::format("{} is not on the PATH", command.words.front());
  }
  if (answer.error != 0) {
    return fmt::format("{} can't be started: {}", command.words.front(),
                       std::strerror(answer.error));
  }
  if (answer.timed_out) return fmt::format("{} did not answer in time", to_string(command));
  std::string said = answer.text;
  while (!said.empty() && (said.back() == '\n' || said.back() == ' ')) said.pop_back();
  constexpr std::size_t kShown = 300;
  if (said.size() > kShown) said = "…" + said.substr(said.size() - kShown);
  return fmt::format("{} exited with {}{}{}", to_string(command), answer.status,
                     said.empty() ? "" : ": ", said);
}

}  // namespace wasession::apply

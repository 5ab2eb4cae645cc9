#include "support/small_world.h"

#include <array>
#include <fstream>
#include <stdexcept>

#include <unistd.h>
#ifdef __linux__
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#endif

namespace wasession::test {

#ifdef __linux__
namespace {

constexpr int kNoWorld = 77;

void write_all(int pipe, const std::string& text) {
  if (::write(pipe, text.data(), text.size()) < 0) ::_exit(kNoWorld);
}

/// The first process of the namespace, which ends with all others in it.
[[noreturn]] void live(int pipe, const std::function<std::string()>& body) {
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) ::_exit(kNoWorld);
  if (::mount("proc", "/proc", "proc", 0, nullptr) != 0) ::_exit(kNoWorld);
  write_all(pipe, body());
  ::_exit(0);
}

[[noreturn]] void make_world(int pipe, const std::function<std::string()>& body) {
  const int of_others = ::geteuid() == 0 ? 0 : CLONE_NEWUSER;
  if (::unshare(CLONE_NEWPID | CLONE_NEWNS | of_others) != 0) ::_exit(kNoWorld);
  const int first = ::fork();
  if (first == 0) live(pipe, body);
  int status = 0;
  if (first < 0 || ::waitpid(first, &status, 0) != first) ::_exit(kNoWorld);
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

}  // namespace

std::optional<std::string> in_small_world(const std::function<std::string()>& body) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  const int child = ::fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) make_world(pipe[1], body);
  ::close(pipe[1]);
  std::string text;
  std::array<char, 512> bytes{};
  for (ssize_t length = 0; (length = ::read(pipe[0], bytes.data(), bytes.size())) > 0;) {
    text.append(bytes.data(), static_cast<std::size_t>(length));
  }
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoWorld) return std::nullopt;
  if (status != 0) return "the small world came to an end: wait status " + std::to_string(status);
  return text;
}
#else
std::optional<std::string> in_small_world(const std::function<std::string()>&) {
  return std::nullopt;
}
#endif

bool next_pid_is(int pid) {
  std::ofstream last("/proc/sys/kernel/ns_last_pid");
  last << pid - 1;
  return static_cast<bool>(last.flush());
}

}  // namespace wasession::test

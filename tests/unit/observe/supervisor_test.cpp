#include "observe/processes/supervisor.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "observe/files/descriptor.h"

namespace wasession::observe {
namespace {

enum class Terminal { none, own };

/// A shell that has started a program, which waits. Both are killed at the end.
class ShellWithChild {
 public:
  /// The shell calls itself `title`; with a terminal, it is the one of a session of its own.
  ShellWithChild(const std::string& title, Terminal terminal) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
    const Descriptor reading(ends[0]);
    {
      const Descriptor writing(ends[1]);
      std::string side;
      if (terminal == Terminal::own) side = open_terminal();
      shell_ = ::fork();
      if (shell_ < 0) throw std::runtime_error("fork failed");
      if (shell_ == 0) become_shell(title, side, writing.get());
    }
    std::string text;
    char byte = 0;
    while (::read(reading.get(), &byte, 1) == 1 && byte != '\n') text += byte;
    child_ = std::atoi(text.c_str());
  }
  ~ShellWithChild() {
    ::kill(-shell_, SIGKILL);
    ::waitpid(shell_, nullptr, 0);
  }
  ShellWithChild(const ShellWithChild&) = delete;
  ShellWithChild& operator=(const ShellWithChild&) = delete;

  int shell() const { return shell_; }
  int child() const { return child_; }

 private:
  std::string open_terminal() {
    master_ = Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (::grantpt(master_.get()) != 0 || ::unlockpt(master_.get()) != 0) {
      throw std::runtime_error("no pseudo terminal");
    }
    return ::ptsname(master_.get());
  }

  [[noreturn]] static void become_shell(const std::string& title, const std::string& terminal,
                                        int writing) {
    ::setsid();
    // The first terminal that the leader of a session opens becomes its controlling one.
    if (!terminal.empty() && ::open(terminal.c_str(), O_RDWR) < 0) ::_exit(1);
    ::dup2(writing, STDOUT_FILENO);
    ::execl("/bin/sh", title.c_str(), "-c", "sleep 1000 & echo $!; wait", nullptr);
    ::_exit(1);
  }

  Descriptor master_;
  int shell_ = -1;
  int child_ = 0;
};

std::optional<Supervisor> supervisor_of_child(const ShellWithChild& family,
                                              const std::string& environment = "") {
  const auto process = process_with(family.child());
  REQUIRE_MESSAGE(process, "the child is gone");
  ProcessReading reading;
  reading.pid = family.child();
  reading.environment = environment;
  return supervisor_of(*process, reading);
}

}  // namespace

TEST_SUITE("supervisors") {
  TEST_CASE("a program that was started from a terminal belongs to its shell") {
    const ShellWithChild family("-sh", Terminal::own);
    const std::string name = std::filesystem::canonical("/bin/sh").filename().string();
    const Supervisor expected{SupervisorKind::shell, (name == "busybox" ? "sh" : name) + " " +
                                                         std::to_string(family.shell())};
    const auto found = supervisor_of_child(family);
    REQUIRE_MESSAGE(found, "the shell was missed");
    CHECK_EQ(found->unit, expected.unit);
    CHECK(found == expected);
  }

  TEST_CASE("a shell without a terminal is a script's, and supervises nothing") {
    const ShellWithChild family("sh", Terminal::none);
    const auto found = supervisor_of_child(family);
    const bool is_that_shell = found && found->unit.ends_with(" " + std::to_string(family.shell()));
    CHECK_FALSE(is_that_shell);
  }

  TEST_CASE("a bot under pm2 is named as pm2 names it") {
    const ShellWithChild family("PM2 v5.4.3: God Daemon (/home/user/.pm2)", Terminal::none);
    using namespace std::string_literals;
    const auto named = supervisor_of_child(family, "pm_id=3\0HOME=/\0name=my bot\0"s);
    const std::string home = "/home/user/.pm2";
    CHECK(named == Supervisor{SupervisorKind::pm2, "my bot", "3", home});
    CHECK(supervisor_of_child(family, "pm_id=3\0"s) ==
          Supervisor{SupervisorKind::pm2, "3", "3", home});
    CHECK(supervisor_of_child(family) == Supervisor{SupervisorKind::pm2, "", "", home});
  }

  TEST_CASE("a word in place of pm2's number is none, for pm2 takes `all`") {
    const ShellWithChild family("PM2 v5.4.3: God Daemon (/home/user/.pm2)", Terminal::none);
    using namespace std::string_literals;
    const auto found = supervisor_of_child(family, "name=bot\0pm_id=all\0"s);
    CHECK(found == Supervisor{SupervisorKind::pm2, "bot", "", "/home/user/.pm2"});
  }

  TEST_CASE("pm2's title over another user's process is nobody's daemon") {
    const ShellWithChild family("PM2 v5.4.3: God Daemon (/home/user/.pm2)", Terminal::none);
    auto process = process_with(family.child());
    REQUIRE_MESSAGE(process, "the child is gone");
    process->uid += 1;
    ProcessReading reading;
    reading.pid = family.child();
    const auto found = supervisor_of(*process, reading);
    CHECK_MESSAGE(!(found && found->kind == SupervisorKind::pm2),
                  "anybody could name the command that root runs");
  }

  TEST_CASE("pm2's command line is not its daemon") {
    const ShellWithChild family("PM2 v5.4.3: logs", Terminal::none);
    const auto found = supervisor_of_child(family);
    const bool is_pm2 = found && found->kind == SupervisorKind::pm2;
    CHECK_FALSE(is_pm2);
  }
}

}  // namespace wasession::observe

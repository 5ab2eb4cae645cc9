// The locks outlive exec, for the command that wasession becomes.
#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "unit/lease/support.h"

using namespace wasession;
using namespace wasession::test;
using lease::Leases;

namespace {

/// A process that took a lease and the locks of rivals, and became `sh -c SCRIPT`.
class Command {
 public:
  Command(const LeaseFolder& folder, bool inherits, const std::vector<RivalLock>& rivals,
          const std::string& script = "echo; exec sleep 1000") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const observe::Descriptor reading(ends[0]);
    {
      const observe::Descriptor writing(ends[1]);
      pid_ = ::fork();
      if (pid_ == 0) become(folder, inherits, rivals, script, writing.get());
    }
    char byte = 0;
    while (::read(reading.get(), &byte, 1) == 1 && byte != '\n') said_ += byte;
    REQUIRE_MESSAGE(byte == '\n', "the command did not start");
  }
  ~Command() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  int pid() const { return pid_; }
  /// The first line that the script wrote.
  const std::string& said() const { return said_; }

 private:
  [[noreturn]] static void become(const LeaseFolder& folder, bool inherits,
                                  const std::vector<RivalLock>& rivals, const std::string& script,
                                  int output) {
    Leases leases(folder.path);
    std::vector<Warning> warnings;
    bool has_all = take(leases) == "taken";
    for (const RivalLock& lock : rivals) {
      has_all = has_all && leases.take(lock, warnings).answer == lease::Answer::taken;
    }
    leases.write_record(own_record("command"));
    if (!has_all || (inherits && leases.let_command_inherit() != 0)) ::_exit(1);
    ::dup2(output, STDOUT_FILENO);
    ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
    ::_exit(1);
  }

  pid_t pid_ = -1;
  std::string said_;
};

}  // namespace

TEST_SUITE("a command that took the place of wasession") {
  TEST_CASE("has the lease until it is killed, and is who the record names") {
    const LeaseFolder folder;
    const Command command(folder, true, {});
    Leases leases(folder.path);
    const lease::Attempt attempt = leases.take(kWhole, {});
    REQUIRE_MESSAGE(attempt.answer == lease::Answer::held, "the lease was lost on the way");
    REQUIRE_MESSAGE(attempt.holder, "a process that became another program is not named");
    CHECK(attempt.holder->process == identity_of_live(command.pid()));
    kill_and_leave(command.pid());
    CHECK(take(leases) == "taken");
  }

  TEST_CASE("that was not let inherit has nothing") {
    const LeaseFolder folder;
    const Command command(folder, false, {});
    Leases leases(folder.path);
    CHECK(take(leases) == "taken");
  }

  TEST_CASE("shares the lease with what it starts, which keeps it after its end") {
    const LeaseFolder folder;
    const Command command(folder, true, {}, "sleep 1000 >&- & echo $!; exec sleep 1000");
    const int child = std::stoi(command.said());
    kill_and_leave(command.pid());
    Leases leases(folder.path);
    CHECK_MESSAGE(take(leases) == "held", "a bot that its launcher left behind is not seen");
    REQUIRE(::kill(child, SIGKILL) == 0);
    // Nobody but init can wait for it.
    CHECK(take(leases, kWhole, lease::Patience{kLong, {}}) == "taken");
  }

  TEST_CASE("keeps rivals off: wacli's LOCK is its own, OpenClaw's lock names it") {
    const LeaseFolder folder;
    const std::string wacli = folder.root.path("LOCK");
    const std::string openclaw = folder.root.path("biz.lock");
    const Command command(folder, true, {{Tool::wacli, wacli, 0}, {Tool::openclaw, openclaw, 0}});
    CHECK_FALSE(is_free(wacli));
    Leases leases(folder.path);
    std::vector<Warning> warnings;
    const lease::Attempt held = leases.take(RivalLock{Tool::openclaw, openclaw, 0}, warnings);
    CHECK(held.answer == lease::Answer::held);
    CHECK(held.pid == command.pid());
    kill_and_leave(command.pid());
    CHECK(is_free(wacli));
    CHECK(words(leases.take(RivalLock{Tool::openclaw, openclaw, 0}, warnings)) == "taken");
    CHECK_MESSAGE(warnings.empty(), "what every killed command leaves is no reason to warn");
  }

  TEST_CASE("has no other descriptor of wasession's") {
    const LeaseFolder folder;
    const Command command(folder, true, {{Tool::openclaw, folder.root.path("biz.lock"), 0}},
                          "set -- /proc/$$/fd/*; echo $#; exec sleep 1000");
    const LeaseFolder elsewhere;
    const Command without(elsewhere, false, {}, "set -- /proc/$$/fd/*; echo $#; exec sleep 1000");
    CHECK(std::stoi(command.said()) == std::stoi(without.said()) + 1);
  }
}

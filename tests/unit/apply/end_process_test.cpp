// Signals to real children: to the one that was judged, and to nobody else.
#include <unistd.h>

#include "unit/apply/stopping_support.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

namespace {

Outcome ended(const ProcessIdentity& process, bool kill, const apply::Means& means) {
  return apply::end_process(stopping_step(StepKind::end_process, process, kill), means);
}

}  // namespace

TEST_SUITE("a process that is to end") {
  TEST_CASE("gets SIGTERM, and nothing more when that is enough") {
    const LiveChild child(ends_on_sigterm);
    const Outcome outcome = ended(identity_of_live(child.pid()), true, {});
    CHECK(outcome.result == Result::done);
    CHECK_MESSAGE(says(outcome.detail, "it ended after"), outcome.detail);
    CHECK_EQ(ended_by(child.pid()), SIGTERM);
  }

  TEST_CASE("and ignores SIGTERM goes on without force, and that is said") {
    const LiveChild child(ignores_sigterm);
    const Outcome outcome = ended(identity_of_live(child.pid()), false, within(50ms));
    CHECK(outcome.result == Result::failed);
    CHECK_MESSAGE(!outcome.could_not, "the machine allowed it: the process did not want to");
    CHECK_MESSAGE(says(outcome.detail, "--force"), outcome.detail);
    CHECK_EQ(ended_by(child.pid()), 0);
  }

  TEST_CASE("and ignores SIGTERM is killed with force") {
    const LiveChild child(ignores_sigterm);
    const Outcome outcome = ended(identity_of_live(child.pid()), true, within(50ms));
    CHECK(outcome.result == Result::done);
    CHECK_MESSAGE(says(outcome.detail, "was killed"), outcome.detail);
    CHECK_EQ(ended_by(child.pid()), SIGKILL);
  }

  TEST_CASE("and stands still (Ctrl-Z) is made to go on, so that SIGTERM reaches it") {
    const LiveChild child(ends_on_sigterm);
    REQUIRE(::kill(child.pid(), SIGSTOP) == 0);
    siginfo_t information{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(child.pid()), &information, WSTOPPED | WNOWAIT) == 0);
    const Outcome outcome = ended(identity_of_live(child.pid()), false, {});
    CHECK_MESSAGE(outcome.result == Result::done, outcome.detail);
    CHECK_EQ(ended_by(child.pid()), SIGTERM);
  }

  TEST_CASE("and has ended already is skipped, also when nobody waited for it") {
    CHECK(ended({ended_pid(), 4711}, true, {}).result == Result::skipped);
    const LiveChild child(ends_on_sigterm);
    const ProcessIdentity process = identity_of_live(child.pid());
    kill_and_leave(child.pid());
    const Outcome outcome = ended(process, true, {});
    CHECK_MESSAGE(outcome.result == Result::skipped, "a zombie is waited for: " << outcome.detail);
  }

  TEST_CASE("and whose pid another one has by now is not mistaken for that one") {
    const LiveChild child(ends_on_sigterm);
    ProcessIdentity process = identity_of_live(child.pid());
    for (const std::uint64_t start : {process.start - 1, process.start + 1, std::uint64_t{0}}) {
      const Outcome outcome = ended({process.pid, start}, true, within(50ms));
      CHECK(outcome.result == Result::skipped);
    }
    CHECK_MESSAGE(ended_by(child.pid()) == 0, "a process that nobody judged was stopped");
  }

  TEST_CASE("is left where it is when the wait for it is interrupted, not killed") {
    const LiveChild child(ignores_sigterm);
    volatile std::sig_atomic_t interrupted = 0;
    apply::Means means = within(1h);
    means.interrupted = &interrupted;
    std::string waited_for;
    means.waiting = [&](const std::string& what, std::chrono::milliseconds,
                        std::chrono::milliseconds limit) {
      waited_for = what;
      CHECK_EQ(limit, 1h);
      interrupted = SIGINT;
    };
    const Outcome outcome = ended(identity_of_live(child.pid()), true, means);
    CHECK(outcome.result == Result::failed);
    CHECK_MESSAGE(says(outcome.detail, "interrupted"), outcome.detail);
    CHECK_MESSAGE(says(waited_for, std::to_string(child.pid())), waited_for);
    CHECK_EQ(ended_by(child.pid()), 0);
  }
}

TEST_SUITE("no signal is ever sent") {
  TEST_CASE("to process 1, to a whole group, or to wasession itself") {
    const std::vector<ProcessIdentity> never = {
        {1, 0}, {0, 0}, {-1, 0}, {-::getpgrp(), 0}, identity_of_live(::getpid())};
    for (const ProcessIdentity& process : never) {
      const Outcome outcome = ended(process, true, within(50ms));
      CHECK_MESSAGE(outcome.result == Result::failed, "pid " << process.pid);
      CHECK_FALSE(outcome.could_not);
    }
  }

  TEST_CASE("to what started wasession, however far above") {
    const int parent = ::getpid();
    const int grandparent = ::getppid();
    for (const int pid : {parent, grandparent}) {
      if (pid <= 1) continue;
      const ProcessIdentity process = identity_of_live(pid);
      const LiveChild child([&] { return ended(process, true, within(50ms)).detail; });
      CHECK_MESSAGE(says(child.said(), "started this wasession"), child.said());
    }
  }

  TEST_CASE("to another user's process by who is not root") {
    if (::geteuid() != 0) {
      MESSAGE("skipped: only root can become another user");
      return;
    }
    const LiveChild victim(ends_on_sigterm);
    const ProcessIdentity process = identity_of_live(victim.pid());
    const Step step = stopping_step(StepKind::end_process, process, true);
    const LiveChild child([&] {
      if (::seteuid(65534) != 0) return std::string("can't");
      return apply::end_process(step, within(50ms)).detail;
    });
    CHECK_MESSAGE(says(child.said(), "another user's"), child.said());
    CHECK_EQ(ended_by(victim.pid()), 0);
  }
}

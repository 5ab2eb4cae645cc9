#include <chrono>
#include <csignal>
#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/steps.h"
#include "observe/processes/processes.h"
#include "support/small_world.h"

using namespace wasession;
using namespace wasession::test;

namespace {

/// A child that waits for a signal.
int start_waiting() {
  const int pid = ::fork();
  if (pid != 0) return pid;
  while (true) ::pause();
}

void end(int pid) {
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

bool has_ended(int pid) {
  return ::waitpid(pid, nullptr, WNOHANG) != 0;
}

Step ending(const ProcessIdentity& process) {
  Step step;
  step.kind = StepKind::end_process;
  step.target = "pid:" + std::to_string(process.pid);
  step.stopping = Stopping{};
  step.stopping->process = process;
  step.stopping->uid = ::geteuid();
  step.stopping->kill = true;
  return step;
}

/// A process of this pid that started at another time; nothing when the system refuses the pid.
std::optional<ProcessIdentity> newcomer_with(const ProcessIdentity& old) {
  while (true) {
    if (!next_pid_is(old.pid)) return std::nullopt;
    const int pid = start_waiting();
    if (const auto process = observe::process_with(pid);
        pid == old.pid && process && process->identity.start != old.start) {
      return process->identity;
    }
    end(pid);
  }
}

/// What is wrong, as the small world's answer.
std::string signal_after_reuse() {
  ::signal(SIGTERM, SIG_DFL);  // doctest's own handler would tell of a crash
  const int pid = start_waiting();
  const ProcessIdentity planned = observe::process_with(pid).value().identity;
  end(pid);
  const auto newcomer = newcomer_with(planned);
  if (!newcomer) return "skipped: the next pid can't be set here";
  const Outcome outcome = apply::end_process(ending(planned), {});
  if (has_ended(newcomer->pid)) return "the newcomer was ended";
  if (outcome.result != Result::skipped) return "it was not skipped: " + outcome.detail;
  const Outcome meant = apply::end_process(ending(*newcomer), {});
  if (meant.result != Result::done) return "the newcomer can't be ended at all: " + meant.detail;
  return has_ended(newcomer->pid) ? "" : "it said that it ended the newcomer, which lives";
}

/// The pid is taken over while the step already waits for the end of the one that was meant.
std::string kill_after_reuse_while_waiting() {
  ::signal(SIGTERM, SIG_IGN);
  const int pid = start_waiting();
  ::signal(SIGTERM, SIG_DFL);
  const ProcessIdentity planned = observe::process_with(pid).value().identity;
  std::optional<ProcessIdentity> newcomer;
  bool tried = false;
  apply::Means means;
  means.timeout = std::chrono::milliseconds(2'000);
  means.waiting = [&](const std::string&, std::chrono::milliseconds, std::chrono::milliseconds) {
    if (tried) return;
    tried = true;
    end(pid);
    newcomer = newcomer_with(planned);
  };
  const Outcome outcome = apply::end_process(ending(planned), means);
  if (!tried) return "nobody was told that it waits";
  if (!newcomer) return "skipped: the next pid can't be set here";
  if (has_ended(newcomer->pid)) return "the newcomer was ended";
  return outcome.result == Result::done ? ""
                                        : "the one that was meant has ended: " + outcome.detail;
}

void expect_well(const std::optional<std::string>& wrong) {
  if (!wrong || wrong->starts_with("skipped")) {
    MESSAGE("skipped: " << wrong.value_or("no pid namespace may be made here"));
    return;
  }
  CHECK_MESSAGE(wrong->empty(), *wrong);
}

}  // namespace

TEST_SUITE("pids that come back") {
  TEST_CASE("a process that has the pid of the one that was planned for gets no signal") {
    expect_well(in_small_world(signal_after_reuse));
  }

  TEST_CASE("a process that gets the pid while its end is awaited is not killed") {
    expect_well(in_small_world(kill_after_reuse_while_waiting));
  }
}

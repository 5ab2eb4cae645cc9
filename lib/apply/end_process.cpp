#include <chrono>
#include <csignal>

#include <fmt/format.h>

#include "apply/processes.h"
#include "apply/steps.h"

namespace wasession::apply {
namespace {

using Clock = std::chrono::steady_clock;

/// A killed process ends as soon as the kernel lets go of it; one that waits for a dead disk never.
constexpr std::chrono::milliseconds kKillTakes{5'000};

std::string seconds_since(Clock::time_point begin) {
  return fmt::format("{:.1f} s", std::chrono::duration<double>(Clock::now() - begin).count());
}

Outcome not_signalled(const Step& step, int error) {
  if (error == ESRCH) return done(step, "it had just ended");
  return failed(step, "it can't be signalled", error);
}

Outcome kill(const Step& step, const ProcessHandle& process, const Means& means) {
  if (const int error = process.send(SIGKILL); error != 0) return not_signalled(step, error);
  if (process.wait(kKillTakes, means, fmt::format("waiting for {} to die", step.target))) {
    return done(step, fmt::format("it did not end within {:.0f} s of SIGTERM and was killed",
                                  std::chrono::duration<double>(means.timeout).count()));
  }
  return refused(step,
                 "it was killed and is still there: it waits inside the kernel, for a disk "
                 "perhaps");
}

}  // namespace

Outcome end_process(const Step& step, const Means& means) {
  const Stopping& stopping = step.stopping.value();
  if (auto why = never_signalled(stopping.process, stopping.uid)) return refused(step, *why);
  const ProcessHandle process(stopping.process);
  if (!process) {
    if (process.error() != 0) return failed(step, "it can't be taken hold of", process.error());
    return skipped(step, "it has ended already");
  }
  const auto begin = Clock::now();
  if (const int error = process.send(SIGTERM); error != 0) return not_signalled(step, error);
  // One that was stopped (Ctrl-Z) gets its SIGTERM only when it goes on.
  process.send(SIGCONT);
  if (process.wait(means.timeout, means, fmt::format("waiting for {} to end", step.target))) {
    return done(step, fmt::format("it ended after {}", seconds_since(begin)));
  }
  if (means.is_interrupted())
    return refused(step, "interrupted: it got SIGTERM, and had not ended");
  if (stopping.kill) return kill(step, process, means);
  return refused(
      step, fmt::format("it goes on {} after SIGTERM; --force kills it", seconds_since(begin)));
}

}  // namespace wasession::apply

#include "apply/apply.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <optional>

#include <fmt/format.h>

#include "apply/locks.h"
#include "apply/steps.h"

namespace wasession::apply {
namespace {

Outcome take(const Step& step, const Means& means) {
  switch (step.kind) {
    case StepKind::remove_stale_lock:
      return remove_stale_lock(step, means);
    case StepKind::restrict_permissions:
      return restrict_permissions(step, *means.changes);
    case StepKind::set_registry_aside:
      return set_registry_aside(step);
    case StepKind::take_lock:
      return take_lock(step, *means.locks);
    case StepKind::stop_channel:
      return stop_channel(step, means);
    case StepKind::stop_unit:
      return stop_unit(step, means);
    case StepKind::end_process:
      return end_process(step, means);
    case StepKind::watch_for_return:
      return watch_for_return(step, means);
    case StepKind::quarantine:
      return quarantine(step, means);
    case StepKind::erase:
      return erase(step, means);
    case StepKind::restore:
      return restore(step, means);
  }
  return skipped(step, "nobody knows how to do this");
}

bool is_purge(const Step& step) {
  return step.kind == StepKind::quarantine || step.kind == StepKind::erase;
}

/// Looks again before credentials are taken away: a question may have stood for an hour. One look
/// serves the purges of a moment.
class LastLook {
 public:
  explicit LastLook(const Means& means) : means_(means) {}

  /// Refuses a purge whose session has got a user since it was planned.
  std::optional<Outcome> objection(const Step& step) {
    constexpr std::chrono::seconds kFresh{2};
    if (!means_.look) return std::nullopt;
    if (!snapshot_ || std::chrono::steady_clock::now() - taken_ > kFresh) {
      snapshot_ = means_.look();
      taken_ = std::chrono::steady_clock::now();
    }
    for (const Session& session : snapshot_->sessions) {
      if (session.id != step.purge->session || session.store.path != step.target) continue;
      for (const Holder& holder : session.holders) {
        const Process& process = snapshot_->processes[holder.process];
        const bool expected =
            std::ranges::find(step.purge->let_go, process.identity) != step.purge->let_go.end();
        if (holder.confidence == Strength::possible || process.zombie || expected) continue;
        return refused(step, fmt::format("pid {} ({}) uses it by now", process.identity.pid,
                                         process.command.substr(0, 80)));
      }
    }
    return std::nullopt;
  }

 private:
  const Means& means_;
  std::optional<Snapshot> snapshot_;
  std::chrono::steady_clock::time_point taken_;
};

/// The watch without what was not purged: that is still where it was.
Step without_unpurged(Step step, const std::vector<Outcome>& outcomes) {
  for (const Outcome& outcome : outcomes) {
    if (!is_purge(outcome.step) || outcome.result == Result::done) continue;
    std::erase(step.watch->paths, outcome.step.target);
    if (step.watch->brief) std::erase(step.watch->sessions, outcome.step.purge->session);
  }
  return step;
}

/// Why a step is not to be taken, after those before it; nothing when it is.
std::optional<Outcome> passed_over(const Step& step, const std::vector<Outcome>& outcomes,
                                   const Means& means) {
  if (step.watch && step.watch->sessions.empty()) return skipped(step, "nothing was purged");
  if (means.is_interrupted()) return refused(step, "interrupted before it was begun");
  const auto was_done = [&](std::size_t i) { return outcomes.at(i).result == Result::done; };
  if (step.unless_done && was_done(*step.unless_done)) return skipped(step, "not needed any more");
  if (step.if_done && !was_done(*step.if_done)) {
    return refused(step, fmt::format("not done, because step {} was not", *step.if_done + 1));
  }
  return std::nullopt;
}

}  // namespace

Outcome done(const Step& step, std::string detail) {
  return {step, Result::done, std::move(detail), false};
}

Outcome skipped(const Step& step, std::string detail) {
  return {step, Result::skipped, std::move(detail), false};
}

Outcome failed(const Step& step, const std::string& tried, int error) {
  return {step, Result::failed, fmt::format("{}: {}", tried, std::strerror(error)), true};
}

Outcome refused(const Step& step, std::string detail) {
  return {step, Result::failed, std::move(detail), false};
}

Outcome not_opened(const Step& step, int error) {
  switch (error) {
    case ENOENT:
      return skipped(step, "it is gone already");
    case ELOOP:
    case ENOTDIR:
      return skipped(step, "there is a symbolic link in its place or above it, left alone");
    case EINVAL:
      return skipped(step, "something that is neither file nor directory has taken its place");
    default:
      return failed(step, "it can't be opened", error);
  }
}

std::vector<Outcome> apply(const Plan& plan, const Means& means) {
  Changes changes;
  HeldLocks locks;
  Means complete = means;
  if (complete.changes == nullptr) complete.changes = &changes;
  if (complete.locks == nullptr) complete.locks = &locks;
  LastLook last_look(complete);
  std::vector<Outcome> outcomes;
  outcomes.reserve(plan.size());
  for (const Step& planned : plan) {
    const Step step = planned.watch ? without_unpurged(planned, outcomes) : planned;
    try {
      auto passed = passed_over(step, outcomes, complete);
      if (!passed && is_purge(step)) passed = last_look.objection(step);
      outcomes.push_back(passed ? *passed : take(step, complete));
    } catch (const std::exception& failure) {
      outcomes.push_back({step, Result::failed, failure.what(), true});
    }
  }
  return outcomes;
}

}  // namespace wasession::apply

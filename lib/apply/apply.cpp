#include "apply/apply.h"

#include <cerrno>
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

/// Why a step is not to be taken, after those before it; nothing when it is.
std::optional<Outcome> passed_over(const Step& step, const std::vector<Outcome>& outcomes,
                                   const Means& means) {
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
  std::vector<Outcome> outcomes;
  outcomes.reserve(plan.size());
  for (const Step& step : plan) {
    try {
      const auto passed = passed_over(step, outcomes, complete);
      outcomes.push_back(passed ? *passed : take(step, complete));
    } catch (const std::exception& failure) {
      outcomes.push_back({step, Result::failed, failure.what(), true});
    }
  }
  return outcomes;
}

}  // namespace wasession::apply

#include "apply/apply.h"

#include <cerrno>
#include <cstring>
#include <exception>

#include <fmt/format.h>

#include "apply/steps.h"

namespace wasession::apply {
namespace {

Outcome take(const Step& step, Changes& changes) {
  switch (step.kind) {
    case StepKind::remove_stale_lock:
      return remove_stale_lock(step, changes);
    case StepKind::restrict_permissions:
      return restrict_permissions(step, changes);
    case StepKind::set_registry_aside:
      return set_registry_aside(step);
    default:
      return skipped(step, "nobody knows how to do this");
  }
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
  Changes real;
  Changes& changes = means.changes != nullptr ? *means.changes : real;
  std::vector<Outcome> outcomes;
  outcomes.reserve(plan.size());
  for (const Step& step : plan) {
    try {
      outcomes.push_back(take(step, changes));
    } catch (const std::exception& failure) {
      outcomes.push_back({step, Result::failed, failure.what(), true});
    }
  }
  return outcomes;
}

}  // namespace wasession::apply

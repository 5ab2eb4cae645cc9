#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "apply/locks.h"
#include "apply/steps.h"

namespace wasession::apply {

Outcome take_lock(const Step& step, HeldLocks& locks) {
  const int error = locks.take_when_free(step.target);
  if (error == ENOENT) return skipped(step, "there is no such lock");
  if (error != 0) return skipped(step, fmt::format("it can't be opened: {}", std::strerror(error)));
  return done(step, locks.has(step.target) ? "taken" : "will be taken the moment it is free");
}

}  // namespace wasession::apply

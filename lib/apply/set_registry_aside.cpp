#include <cerrno>

#include <sys/stat.h>

#include "apply/steps.h"
#include "registry/registry.h"

namespace wasession::apply {

Outcome set_registry_aside(const Step& step) {
  struct stat status {};
  if (::lstat(step.target.c_str(), &status) != 0 && errno == ENOENT) {
    return not_opened(step, ENOENT);
  }
  // Opening for writing does all of it: the judgement, the turn-taking with other processes, the
  // renaming, and a new registry.
  const registry::Opening opening =
      registry::open_registry(step.target, registry::Access::read_write);
  const std::string what = opening.warning ? opening.warning->what : std::string();
  if (!opening.registry || !opening.registry->writable()) return {step, Result::failed, what, true};
  if (!opening.warning) return skipped(step, "it is not damaged any more");
  return done(step, what);
}

}  // namespace wasession::apply

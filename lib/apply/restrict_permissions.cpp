#include <cerrno>

#include <fmt/format.h>

#include "apply/steps.h"

namespace wasession::apply {

Outcome restrict_permissions(const Step& step, Changes& changes) {
  constexpr mode_t kPermissions = 07777;
  const Location location = locate(step.target);
  if (!location.directory) return not_opened(step, location.error);
  struct stat status {};
  const Descriptor file = open_at(location, status);
  if (!file) return not_opened(step, errno);
  if (identity_of(status) != step.identity) {
    return skipped(step, "something else has taken its place");
  }
  if (S_ISREG(status.st_mode) && status.st_nlink > 1) {
    return skipped(step, fmt::format("it has {} names (hard links), and another one may be meant "
                                     "to be read",
                                     status.st_nlink));
  }
  const mode_t now = status.st_mode & kPermissions;
  const mode_t wanted = now & static_cast<mode_t>(step.mode);
  if (now == wanted) return skipped(step, fmt::format("its mode is {:04o} already", now));
  if (const int error = changes.set_mode(file, wanted); error != 0) {
    return failed(step, "its mode can't be changed", error);
  }
  return done(step, fmt::format("mode {:04o} became {:04o}", now, wanted));
}

}  // namespace wasession::apply

/// Something that could not be looked at, so that the answer may be incomplete.
#pragma once

#include <string>

namespace wasession {

/// `what` is a whole clause that says what is wrong and, where there is one, the cure; `path` (may
/// be empty) is what it is about. Both may hold bytes of the machine: escape them when shown.
struct Warning {
  std::string path;
  std::string what;
};

}  // namespace wasession

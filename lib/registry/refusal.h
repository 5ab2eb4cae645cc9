/// Why the registry is not used, as a clause that a person reads. It never leaves this room.
#pragma once

#include <stdexcept>

namespace wasession::registry {

/// The file system or the database is not as the registry needs it; nothing was changed.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace wasession::registry

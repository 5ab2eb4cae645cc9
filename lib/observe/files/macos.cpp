#include <fcntl.h>

#include "observe/files/open_beneath.h"

namespace wasession::observe {

int open_for_reading(const std::string& path, Links links) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  return ::open(path.c_str(), links == Links::follow ? kFlags : kFlags | O_NOFOLLOW_ANY);
}

}  // namespace wasession::observe

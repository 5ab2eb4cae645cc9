#include "lease/inherited.h"

#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wasession::lease {

namespace {

/// Those that are passed on are opened early, so they have small numbers.
constexpr int kMostDescriptors = 256;

std::vector<int> others_of(const observe::Descriptor& file) {
  std::vector<int> others;
  struct stat wanted {};
  if (::fstat(file.get(), &wanted) != 0) return others;
  for (int descriptor = STDERR_FILENO + 1; descriptor < kMostDescriptors; ++descriptor) {
    struct stat status {};
    if (descriptor != file.get() && ::fstat(descriptor, &status) == 0 &&
        status.st_dev == wanted.st_dev && status.st_ino == wanted.st_ino) {
      others.push_back(descriptor);
    }
  }
  return others;
}

}  // namespace

observe::Descriptor inherited_lock(const observe::Descriptor& file) {
  const std::vector<int> others = others_of(file);
  if (others.empty()) return observe::Descriptor();
  // What is shared must not be asked for exclusively: the kernel gives up the share first.
  if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) {
    ::flock(file.get(), LOCK_UN);
    return observe::Descriptor();
  }
  for (const int descriptor : others) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
      return observe::Descriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
    }
  }
  return observe::Descriptor();
}

}  // namespace wasession::lease

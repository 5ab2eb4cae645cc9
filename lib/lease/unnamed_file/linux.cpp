#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "lease/unnamed_file.h"

namespace wasession::lease {

using observe::Descriptor;

UnnamedFile UnnamedFile::make(const Descriptor& directory, mode_t mode) {
  Descriptor file(::openat(directory.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode));
  if (file || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) {
    return {std::move(file), "", -1};
  }
  // Network and overlay file systems have no files without a name.
  std::string name = fmt::format(".wasession-{}.tmp", ::getpid());
  ::unlinkat(directory.get(), name.c_str(), 0);  // of an earlier process with this pid
  file = Descriptor(::openat(directory.get(), name.c_str(),
                             O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  return {std::move(file), std::move(name), directory.get()};
}

UnnamedFile::~UnnamedFile() {
  if (file_ && !passing_name_.empty()) ::unlinkat(directory_, passing_name_.c_str(), 0);
}

int UnnamedFile::link_as(const Descriptor& directory, const std::string& name) const {
  const bool named = !passing_name_.empty();
  const std::string path = named ? passing_name_ : fmt::format("/proc/self/fd/{}", file_.get());
  const int from = named ? directory_ : AT_FDCWD;
  const int flags = named ? 0 : AT_SYMLINK_FOLLOW;
  return ::linkat(from, path.c_str(), directory.get(), name.c_str(), flags) == 0 ? 0 : errno;
}

}  // namespace wasession::lease

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "lease/unnamed_file.h"

namespace wasession::lease {

using observe::Descriptor;

UnnamedFile UnnamedFile::make(const Descriptor& directory, mode_t mode) {
  std::string name = fmt::format(".wasession-{}.tmp", ::getpid());
  ::unlinkat(directory.get(), name.c_str(), 0);  // of an earlier process with this pid
  Descriptor file(::openat(directory.get(), name.c_str(),
                           O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  return {std::move(file), std::move(name), directory.get()};
}

UnnamedFile::~UnnamedFile() {
  if (file_) ::unlinkat(directory_, passing_name_.c_str(), 0);
}

int UnnamedFile::link_as(const Descriptor& directory, const std::string& name) const {
  return ::linkat(directory_, passing_name_.c_str(), directory.get(), name.c_str(), 0) == 0 ? 0
                                                                                            : errno;
}

}  // namespace wasession::lease

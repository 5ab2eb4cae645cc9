#include <cerrno>
#include <cstdio>

#include <fcntl.h>

#include "apply/files.h"

namespace wasession::apply {

int rename_to_free(const Descriptor& from_directory, const std::string& from,
                   const Descriptor& to_directory, const std::string& to) {
  if (::renameat2(from_directory.get(), from.c_str(), to_directory.get(), to.c_str(),
                  RENAME_NOREPLACE) == 0) {
    return 0;
  }
  // NFS says EINVAL; the call itself came with Linux 3.15.
  return errno == EINVAL || errno == ENOSYS ? ENOTSUP : errno;
}

timespec modified_time(const struct stat& status) {
  return status.st_mtim;
}

int passing_flags() {
  return O_PATH;
}

}  // namespace wasession::apply

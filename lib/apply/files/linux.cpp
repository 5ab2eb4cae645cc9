#include <cerrno>
#include <cstdio>

#include <fcntl.h>

#include "apply/files.h"

namespace wasession::apply {

int rename_to_free(const Descriptor& directory, const std::string& from, const std::string& to) {
  if (::renameat2(directory.get(), from.c_str(), directory.get(), to.c_str(), RENAME_NOREPLACE) ==
      0) {
    return 0;
  }
  // NFS says EINVAL; the call itself came with Linux 3.15.
  return errno == EINVAL || errno == ENOSYS ? ENOTSUP : errno;
}

int passing_flags() {
  return O_PATH;
}

}  // namespace wasession::apply

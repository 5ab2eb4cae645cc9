#include <cerrno>
#include <cstdio>

#include <fcntl.h>

#include "apply/files.h"

namespace wasession::apply {

int rename_to_free(const Descriptor& from_directory, const std::string& from,
                   const Descriptor& to_directory, const std::string& to) {
  return ::renameatx_np(from_directory.get(), from.c_str(), to_directory.get(), to.c_str(),
                        RENAME_EXCL) == 0
             ? 0
             : errno;
}

timespec modified_time(const struct stat& status) {
  return status.st_mtimespec;
}

int passing_flags() {
  return O_SEARCH;
}

}  // namespace wasession::apply

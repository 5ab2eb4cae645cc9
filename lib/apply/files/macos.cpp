#include <cerrno>
#include <cstdio>

#include <fcntl.h>

#include "apply/files.h"

namespace wasession::apply {

int rename_to_free(const Descriptor& directory, const std::string& from, const std::string& to) {
  return ::renameatx_np(directory.get(), from.c_str(), directory.get(), to.c_str(), RENAME_EXCL) ==
                 0
             ? 0
             : errno;
}

int passing_flags() {
  return O_SEARCH;
}

}  // namespace wasession::apply

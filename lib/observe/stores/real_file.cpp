#include "observe/stores/real_file.h"

#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wasession::observe {
namespace {

/// What the opening that this thread is about to do through SQLite must look like, and how it went.
struct CarefulOpening {
  const char* path;
  int error = 0;
  bool irregular = false;
};

thread_local CarefulOpening* current_opening = nullptr;

/// Stands in for open(2) in SQLite's VFS. Openings of other connections pass unchanged.
int careful_open(const char* path, int flags, int mode) {
  CarefulOpening* const opening = current_opening;
  if (opening == nullptr || std::strcmp(path, opening->path) != 0) {
    return ::open(path, flags, static_cast<mode_t>(mode));
  }
  const int descriptor = ::open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) {
    opening->error = errno;
    return descriptor;
  }
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) return descriptor;
  opening->irregular = true;
  ::close(descriptor);
  errno = EACCES;
  return -1;
}

void install_careful_open(sqlite3_vfs* vfs) {
  static std::once_flag once;
  std::call_once(once, [vfs] {
    if (vfs->iVersion < 3 || vfs->xSetSystemCall == nullptr) return;
    vfs->xSetSystemCall(vfs, "open", reinterpret_cast<sqlite3_syscall_ptr>(careful_open));
  });
}

std::string describe(const CarefulOpening& opening, int result) {
  if (opening.irregular) return "is not a regular file; not read";
  if (opening.error == ELOOP) return "is a symbolic link; not followed";
  if (opening.error == EACCES || opening.error == EPERM) {
    return "cannot be opened: permission denied; look as its owner or as root";
  }
  if (opening.error == 0) return std::string("cannot be opened: ") + sqlite3_errstr(result);
  return "cannot be opened: " + std::generic_category().message(opening.error);
}

}  // namespace

RealFile::RealFile(sqlite3_vfs* vfs, const char* name, int type)
    : name_(name),
      memory_(new std::byte[static_cast<std::size_t>(vfs->szOsFile)]()),
      file_(reinterpret_cast<sqlite3_file*>(memory_.get())) {
  install_careful_open(vfs);
  name_ += '\0';  // an empty list of URI parameters, which a VFS may look for behind the path
  CarefulOpening opening{name_.c_str()};
  current_opening = &opening;
  result_ = vfs->xOpen(vfs, name_.c_str(), file_, SQLITE_OPEN_READONLY | type, nullptr);
  current_opening = nullptr;
  if (!is_open()) problem_ = describe(opening, result_);
}

RealFile::~RealFile() {
  if (file_->pMethods != nullptr) file_->pMethods->xClose(file_);
}

int RealFile::read(void* out, int amount, sqlite3_int64 offset) {
  return file_->pMethods->xRead(file_, out, amount, offset);
}

int RealFile::size(sqlite3_int64* out) {
  return file_->pMethods->xFileSize(file_, out);
}

int RealFile::lock(int level) {
  return file_->pMethods->xLock(file_, level);
}

int RealFile::unlock(int level) {
  return file_->pMethods->xUnlock(file_, level);
}

int RealFile::check_reserved_lock(int* out) {
  return file_->pMethods->xCheckReservedLock(file_, out);
}

}  // namespace wasession::observe

#include "lease/files.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "observe/files/files.h"
#include "observe/files/open_beneath.h"

namespace wasession::lease {

using observe::Descriptor;

namespace {

/// Another component of a path whose beginning is open.
Descriptor step_down(const Descriptor& above, const std::string& name) {
  if (::mkdirat(above.get(), name.c_str(), 0700) != 0 && errno != EEXIST) return Descriptor();
  return Descriptor(
      ::openat(above.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// The directory, made with its parents where it is missing; links are followed.
Descriptor make_path(const std::string& path) {
  Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory || errno != ENOENT || path == "/") return directory;
  const Descriptor above = make_path(std::string(observe::parent_path(path)));
  return above ? step_down(above, std::string(observe::base_name(path))) : Descriptor();
}

bool is_private(const Descriptor& directory) {
  struct stat status {};
  if (::fstat(directory.get(), &status) != 0) return false;
  const bool ours = status.st_uid == ::geteuid() || ::geteuid() == 0;
  return ours && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

}  // namespace

Descriptor make_directory(const std::string& path) {
  const std::string folder(observe::parent_path(path));
  const Descriptor above = make_path(std::string(observe::parent_path(folder)));
  if (!above) return Descriptor();
  const Descriptor middle = step_down(above, std::string(observe::base_name(folder)));
  if (!middle) return Descriptor();
  Descriptor directory = step_down(middle, std::string(observe::base_name(path)));
  if (directory && !is_private(directory)) {
    errno = EPERM;
    return Descriptor();
  }
  return directory;
}

Descriptor directory_of(const std::string& path) {
  return Descriptor(
      observe::open_for_reading(std::string(observe::parent_path(path)), observe::Links::show));
}

Descriptor open_lock(const Descriptor& directory, const std::string& name) {
  constexpr int kFlags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  const char* const c_name = name.c_str();
  Descriptor file(::openat(directory.get(), c_name, O_RDWR | kFlags));
  if (!file && errno == ENOENT) {
    file = Descriptor(::openat(directory.get(), c_name, O_RDWR | O_CREAT | O_EXCL | kFlags, 0600));
    if (file) give_to_owner_of(directory, file);
    if (!file && errno == EEXIST) {
      file = Descriptor(::openat(directory.get(), c_name, O_RDWR | kFlags));
    }
  }
  const int error = errno;
  if (!file && (error == EACCES || error == EROFS)) {
    file = Descriptor(::openat(directory.get(), c_name, O_RDONLY | kFlags));
    // Why it can't be made says more than that there is none.
    if (!file && errno == ENOENT) errno = error;
  }
  struct stat status {};
  if (file && (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))) {
    errno = EINVAL;
    return Descriptor();
  }
  return file;
}

bool is_for_want_of_room(int error) {
  return error == ENOSPC || error == EDQUOT || error == EROFS;
}

void give_to_owner_of(const Descriptor& directory, const Descriptor& file) {
  struct stat status {};
  if (::geteuid() != 0 || ::fstat(directory.get(), &status) != 0 || status.st_uid == 0) return;
  // Where that is not possible, the owner finds a lock that only root can open: still a lock.
  static_cast<void>(::fchown(file.get(), status.st_uid, status.st_gid));
}

bool is_still(const Descriptor& directory, const std::string& name, const Descriptor& file) {
  struct stat named {};
  struct stat open {};
  return ::fstat(file.get(), &open) == 0 &&
         ::fstatat(directory.get(), name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         named.st_dev == open.st_dev && named.st_ino == open.st_ino;
}

void write_over(const Descriptor& file, const std::string& text) {
  struct stat status {};
  // Somebody may have linked another file of root's or the user's to this name.
  if (::fstat(file.get(), &status) != 0 || status.st_nlink != 1) return;
  // Written before it is cut to its length: who reads meanwhile finds it whole, and more behind it.
  const auto size = static_cast<off_t>(text.size());
  const ssize_t written = ::pwrite(file.get(), text.data(), text.size(), 0);
  // Half of it before the rest of another would be a mixture (a full disk).
  static_cast<void>(::ftruncate(file.get(), written == size ? size : 0));
}

}  // namespace wasession::lease

#include "apply/files.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <random>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace wasession::apply {

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Location locate(const std::string& path) {
  const int flags = passing_flags() | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const std::size_t last = path.rfind('/');
  if (!path.starts_with('/') || last + 1 == path.size()) return {Descriptor(-1), {}, EINVAL};
  int directory = ::open("/", flags);
  for (std::size_t begin = 1; directory >= 0 && begin < last + 1;) {
    const std::size_t end = path.find('/', begin);
    const std::string component = path.substr(begin, end - begin);
    const Descriptor above(directory);
    directory = ::openat(above.get(), component.c_str(), flags);
    begin = end + 1;
  }
  const int error = directory < 0 ? errno : 0;
  return {Descriptor(directory), path.substr(last + 1), error};
}

int look_at(const Descriptor& directory, const std::string& name, struct stat& status) {
  return ::fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
}

Descriptor open_at(const Location& location, struct stat& status) {
  return open_file(location.directory, location.name, status);
}

Descriptor open_file(const Descriptor& directory, const std::string& name, struct stat& status) {
  // What is no file or directory is not even opened: opening a FIFO wakes its writer.
  if (const int error = look_at(directory, name, status); error != 0) {
    errno = error;
    return Descriptor(-1);
  }
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
    errno = S_ISLNK(status.st_mode) ? ELOOP : EINVAL;
    return Descriptor(-1);
  }
  const int number = ::openat(directory.get(), name.c_str(),
                              O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  Descriptor file(number);
  if (file && ::fstat(number, &status) != 0) return Descriptor(-1);
  return file;
}

Descriptor open_directory(const Descriptor& above, const std::string& name) {
  return Descriptor(
      ::openat(above.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

int list_names(const Descriptor& directory, std::vector<std::string>& names) {
  // A descriptor of its own: reading moves the offset that duplicates share.
  const int number = ::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (number < 0) return errno;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(number), &::closedir);
  if (!stream) {
    const int error = errno;
    ::close(number);
    return error;
  }
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  std::ranges::sort(names);
  return errno;
}

FileIdentity identity_of(const struct stat& status) {
  return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

std::string random_name() {
  std::random_device source;
  return fmt::format(".wasession-{:08x}{:08x}", source(), source());
}

namespace {

/// Never replaces, not even on a file system whose renaming always does: there the file has both
/// names for a moment.
int rename_or_link(const Descriptor& from_directory, const std::string& from,
                   const Descriptor& to_directory, const std::string& to) {
  const int error = rename_to_free(from_directory, from, to_directory, to);
  if (error != ENOTSUP) return error;
  if (::linkat(from_directory.get(), from.c_str(), to_directory.get(), to.c_str(), 0) != 0) {
    return errno;
  }
  return ::unlinkat(from_directory.get(), from.c_str(), 0) == 0 ? 0 : errno;
}

}  // namespace

int Changes::move_aside(const Location& location, const std::string& random) {
  const int error = rename_to_free(location.directory, location.name, location.directory, random);
  if (error != ENOTSUP) return error;
  const int directory = location.directory.get();
  return ::renameat(directory, location.name.c_str(), directory, random.c_str()) == 0 ? 0 : errno;
}

int Changes::move_back(const Location& location, const std::string& random) {
  return rename_or_link(location.directory, random, location.directory, location.name);
}

int Changes::remove(const Location& location, const std::string& random) {
  return ::unlinkat(location.directory.get(), random.c_str(), 0) == 0 ? 0 : errno;
}

int Changes::set_mode(const Descriptor& file, mode_t mode) {
  return ::fchmod(file.get(), mode) == 0 ? 0 : errno;
}

int Changes::rename(const Descriptor& from_directory, const std::string& from,
                    const Descriptor& to_directory, const std::string& to) {
  return rename_or_link(from_directory, from, to_directory, to);
}

int Changes::replace(const Descriptor& directory, const std::string& from, const std::string& to) {
  return ::renameat(directory.get(), from.c_str(), directory.get(), to.c_str()) == 0 ? 0 : errno;
}

int Changes::unlink(const Descriptor& directory, const std::string& name) {
  return ::unlinkat(directory.get(), name.c_str(), 0) == 0 ? 0 : errno;
}

int Changes::make_directory(const Descriptor& above, const std::string& name, mode_t mode) {
  return ::mkdirat(above.get(), name.c_str(), mode) == 0 ? 0 : errno;
}

int Changes::remove_directory(const Descriptor& above, const std::string& name) {
  return ::unlinkat(above.get(), name.c_str(), AT_REMOVEDIR) == 0 ? 0 : errno;
}

Descriptor Changes::create(const Descriptor& directory, const std::string& name, mode_t mode) {
  return Descriptor(::openat(directory.get(), name.c_str(),
                             O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
}

int Changes::write(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

int Changes::sync(const Descriptor& file) {
  return ::fsync(file.get()) == 0 ? 0 : errno;
}

int Changes::set_owner(const Descriptor& file, uid_t user, gid_t group) {
  return ::fchown(file.get(), user, group) == 0 ? 0 : errno;
}

int Changes::set_modified(const Descriptor& file, const timespec& modified) {
  const timespec times[2] = {{0, UTIME_OMIT}, modified};
  return ::futimens(file.get(), times) == 0 ? 0 : errno;
}

}  // namespace wasession::apply

#include "apply/files.h"

#include <cerrno>
#include <random>

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
  // What is no file or directory is not even opened: opening a FIFO wakes its writer.
  if (const int error = look_at(location.directory, location.name, status); error != 0) {
    errno = error;
    return Descriptor(-1);
  }
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
    errno = S_ISLNK(status.st_mode) ? ELOOP : EINVAL;
    return Descriptor(-1);
  }
  const int number = ::openat(location.directory.get(), location.name.c_str(),
                              O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  Descriptor file(number);
  if (file && ::fstat(number, &status) != 0) return Descriptor(-1);
  return file;
}

FileIdentity identity_of(const struct stat& status) {
  return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

std::string random_name() {
  std::random_device source;
  return fmt::format(".wasession-{:08x}{:08x}", source(), source());
}

int Changes::move_aside(const Location& location, const std::string& random) {
  const int error = rename_to_free(location.directory, location.name, random);
  if (error != ENOTSUP) return error;
  const int directory = location.directory.get();
  return ::renameat(directory, location.name.c_str(), directory, random.c_str()) == 0 ? 0 : errno;
}

int Changes::move_back(const Location& location, const std::string& random) {
  const int error = rename_to_free(location.directory, random, location.name);
  if (error != ENOTSUP) return error;
  const int directory = location.directory.get();
  if (::linkat(directory, random.c_str(), directory, location.name.c_str(), 0) != 0) return errno;
  return ::unlinkat(directory, random.c_str(), 0) == 0 ? 0 : errno;
}

int Changes::remove(const Location& location, const std::string& random) {
  return ::unlinkat(location.directory.get(), random.c_str(), 0) == 0 ? 0 : errno;
}

int Changes::set_mode(const Descriptor& file, mode_t mode) {
  return ::fchmod(file.get(), mode) == 0 ? 0 : errno;
}

}  // namespace wasession::apply

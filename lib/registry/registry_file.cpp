#include "registry/registry_file.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/migrations.h"
#include "registry/refusal.h"

namespace wasession::registry {
namespace {

constexpr std::array kSiblings = {"-wal", "-shm", "-journal"};

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string directory_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

[[noreturn]] void refuse(std::string_view tried, const std::string& path, int error) {
  throw Refusal(fmt::format("{} {}: {}", tried, path, std::strerror(error)));
}

/// Nothing when there is no such file.
std::optional<struct stat> look_at(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return status;
  if (errno == ENOENT) return std::nullopt;
  refuse("cannot look at", path, errno);
}

void require_ours(const std::string& path, const struct stat& status) {
  if (S_ISLNK(status.st_mode)) {
    throw Refusal(
        fmt::format("{} is a symbolic link, which is not followed: name the real path "
                    "with --registry",
                    path));
  }
  if (status.st_uid != ::geteuid()) {
    throw Refusal(
        fmt::format("{} belongs to another user (uid {}): name a file of your own with "
                    "--registry",
                    path, status.st_uid));
  }
}

/// True when the directory is there and ours.
bool check_directory(const std::string& directory) {
  const auto status = look_at(directory);
  if (!status) return false;
  require_ours(directory, *status);
  if (!S_ISDIR(status->st_mode)) throw Refusal(directory + " is not a directory");
  return true;
}

/// mkdir obeys the umask, so a mode that it took bits from is set again.
void make_directory(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0700) == 0) {
    const Descriptor made(
        ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (made) ::fchmod(made.get(), 0700);
  } else if (errno != EEXIST) {
    refuse("cannot make the directory", directory, errno);
  }
}

/// Root with another user's HOME (`sudo -E`) must not leave directories there that this user can
/// no longer write to.
void require_own_directory(const std::string& directory) {
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0) refuse("cannot look at", directory, errno);
  // Below a directory of root (/tmp, a container's home) anybody allowed to may make one.
  if (status.st_uid == ::geteuid() || status.st_uid == 0) return;
  throw Refusal(
      fmt::format("{} belongs to another user (uid {}), so no directory is made there: name a file "
                  "of your own with --registry",
                  directory, status.st_uid));
}

void make_directories(const std::filesystem::path& directory) {
  std::error_code ignored;
  if (directory.empty() || std::filesystem::exists(directory, ignored)) return;
  make_directories(directory.parent_path());
  require_own_directory(directory.parent_path().string());
  make_directory(directory.string());
}

/// Two processes that find the same damage take turns; the kernel ends a turn with its process.
Descriptor lock_directory(const std::string& directory) {
  using namespace std::chrono_literals;
  const auto give_up = std::chrono::steady_clock::now() + 500ms;
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) refuse("cannot open the directory", directory, errno);
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() > give_up) {
      const int error = errno;
      ::close(fd);
      refuse("cannot lock the directory", directory, error);
    }
    std::this_thread::sleep_for(5ms);
  }
  return Descriptor(fd);
}

std::string free_name(const std::string& path, Time now) {
  const std::string base = fmt::format("{}.damaged-{:%Y%m%dT%H%M%S}Z", path,
                                       fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  std::string name = base;
  for (int n = 2; look_at(name); ++n) name = fmt::format("{}-{}", base, n);
  return name;
}

}  // namespace

bool registry_file_exists(const std::string& path) {
  if (!check_directory(directory_of(path))) return false;
  const auto status = look_at(path);
  if (!status) return false;
  require_ours(path, *status);
  if (!S_ISREG(status->st_mode)) throw Refusal("it is not a regular file");
  for (const char* sibling : kSiblings) {
    const auto beside = look_at(path + sibling);
    if (!beside) continue;
    require_ours(path + sibling, *beside);
    if (!S_ISREG(beside->st_mode)) throw Refusal(path + sibling + " is not a regular file");
  }
  return true;
}

void make_registry_file(const std::string& path) {
  make_directories(directory_of(path));
  if (registry_file_exists(path)) return;
  const Descriptor made(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (made) {
    ::fchmod(made.get(), 0600);
  } else if (errno != EEXIST) {
    refuse("cannot make", path, errno);
  }
}

void close_to_others(const std::string& path) {
  const auto status = look_at(path);
  if (status && (status->st_mode & 077) != 0) ::chmod(path.c_str(), status->st_mode & 0600);
}

FileIdentity identity_of(const std::string& path) {
  const auto status = look_at(path);
  if (!status) throw Refusal("it vanished while it was being opened");
  return {static_cast<std::uint64_t>(status->st_dev), static_cast<std::uint64_t>(status->st_ino)};
}

Contents contents_of(const std::string& path) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  constexpr std::size_t kApplicationIdOffset = 68;  // https://www.sqlite.org/fileformat.html
  std::array<unsigned char, 72> header{};
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  const ssize_t length = file ? ::read(file.get(), header.data(), header.size()) : -1;
  if (length < 0) refuse("cannot read", path, errno);
  if (length == 0) return Contents::empty;
  if (length < static_cast<ssize_t>(header.size()) ||
      std::memcmp(header.data(), kMagic.data(), kMagic.size()) != 0) {
    return Contents::no_database;
  }
  std::uint32_t application = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    application = application << 8 | header[kApplicationIdOffset + i];
  }
  return application == static_cast<std::uint32_t>(kApplicationId) ? Contents::registry
                                                                   : Contents::foreign_database;
}

bool may_be_written(const std::string& path) {
  return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
}

std::string set_aside(const std::string& path, const FileIdentity& damaged, Time now) {
  const Descriptor turn = lock_directory(directory_of(path));
  if (!look_at(path) || identity_of(path) != damaged) return "";
  std::string target = free_name(path, now);
  // The database itself goes last: a crash before that leaves it to be found damaged again, never a
  // new database beside the old one's log.
  for (const char* sibling : kSiblings) {
    if (::rename((path + sibling).c_str(), (target + sibling).c_str()) != 0 && errno != ENOENT) {
      refuse("cannot set aside", path + sibling, errno);
    }
  }
  if (::rename(path.c_str(), target.c_str()) != 0) refuse("cannot set aside", path, errno);
  return target;
}

}  // namespace wasession::registry

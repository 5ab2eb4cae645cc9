#include <atomic>
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "observe/files/descriptor.h"
#include "observe/files/open_beneath.h"
#include "observe/files/stat_times.h"

namespace wasession::observe {

int open_for_reading(const std::string& path, Links links) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  if (links == Links::follow) return ::open(path.c_str(), kFlags);

  // openat2 came with Linux 5.6, and container runtimes answer EPERM or ENOSYS for calls that they
  // don't know. Without it only the last component is checked.
  static std::atomic<bool> has_openat2{true};
  if (has_openat2.load(std::memory_order_relaxed)) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(kFlags);
    how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    const long descriptor = ::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how);
    if (descriptor >= 0) return static_cast<int>(descriptor);
    if (errno != ENOSYS && errno != EPERM) return -1;
    if (errno == ENOSYS) has_openat2.store(false, std::memory_order_relaxed);
  }
  return ::open(path.c_str(), kFlags | O_NOFOLLOW);
}

const timespec& modification_time(const struct stat& status) {
  return status.st_mtim;
}

FileFacts facts_below(const std::string& root, const std::string& path) {
  const Descriptor tree(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  const Descriptor file(
      static_cast<int>(::syscall(SYS_openat2, tree.get(), path.c_str(), &how, sizeof how)));
  if (!file) return {};
  return facts_of("/proc/self/fd/" + std::to_string(file.get()), Links::follow);
}

std::optional<Time> birth_of(const std::string& path) {
  struct statx status {};
  if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BTIME, &status) != 0 ||
      (status.stx_mask & STATX_BTIME) == 0) {
    return std::nullopt;
  }
  using namespace std::chrono;
  const auto since_epoch = seconds(status.stx_btime.tv_sec) + nanoseconds(status.stx_btime.tv_nsec);
  return Time(floor<Time::duration>(since_epoch));
}

bool counts_subdirectories(const std::string& directory) {
  struct statfs status {};
  if (::statfs(directory.c_str(), &status) != 0) return false;
  switch (static_cast<std::uint32_t>(status.f_type)) {
    case EXT4_SUPER_MAGIC:
    case XFS_SUPER_MAGIC:
    case F2FS_SUPER_MAGIC:
    case TMPFS_MAGIC:
      return true;
    default:
      return false;
  }
}

}  // namespace wasession::observe

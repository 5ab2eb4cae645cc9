#include <chrono>

#include <fcntl.h>
#include <sys/stat.h>

#include "observe/files/open_beneath.h"
#include "observe/files/stat_times.h"

namespace wasession::observe {

int open_for_reading(const std::string& path, Links links) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  return ::open(path.c_str(), links == Links::follow ? kFlags : kFlags | O_NOFOLLOW_ANY);
}

const timespec& modification_time(const struct stat& status) {
  return status.st_mtimespec;
}

FileFacts facts_below(const std::string& root, const std::string& path) {
  return facts_of(root + path);
}

std::optional<Time> birth_of(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  using namespace std::chrono;
  const timespec& born = status.st_birthtimespec;
  return Time(floor<Time::duration>(seconds(born.tv_sec) + nanoseconds(born.tv_nsec)));
}

bool counts_subdirectories(const std::string&) {
  return false;
}

}  // namespace wasession::observe

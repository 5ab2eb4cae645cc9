#include "apply/locks.h"

#include <atomic>
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <sys/file.h>

namespace wasession::apply {

struct HeldLocks::Waiting {
  explicit Waiting(Descriptor opened) : file(std::move(opened)) {}
  ~Waiting() {
    given_up = true;
    if (thread.joinable()) thread.join();
  }

  bool try_once() {
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) held = true;
    return held;
  }

  Descriptor file;
  std::atomic<bool> held = false;
  std::atomic<bool> given_up = false;
  std::thread thread;
};

namespace {

/// The LOCK, opened without following a link; -1 with errno.
Descriptor open_lock(const std::string& path) {
  const Location location = locate(path);
  if (!location.directory) {
    errno = location.error;
    return Descriptor(-1);
  }
  struct stat status {};
  Descriptor file = open_at(location, status);
  if (file && !S_ISREG(status.st_mode)) {
    errno = EINVAL;
    return Descriptor(-1);
  }
  return file;
}

}  // namespace

HeldLocks::HeldLocks() = default;

HeldLocks::~HeldLocks() = default;

int HeldLocks::take(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto known = locks_.find(path);
  // Its owner may have ended since the last try.
  if (known != locks_.end()) return known->second->try_once() ? 0 : EWOULDBLOCK;
  Descriptor file = open_lock(path);
  if (!file) return errno;
  auto waiting = std::make_unique<Waiting>(std::move(file));
  if (!waiting->try_once()) return errno;
  locks_.emplace(path, std::move(waiting));
  return 0;
}

int HeldLocks::take_when_free(const std::string& path) {
  // wacli needs far longer than this to start.
  constexpr std::chrono::milliseconds kPause{1};
  const std::lock_guard lock(mutex_);
  if (locks_.contains(path)) return 0;
  Descriptor file = open_lock(path);
  if (!file) return errno;
  auto waiting = std::make_unique<Waiting>(std::move(file));
  Waiting* const begun = waiting.get();
  if (!begun->try_once()) {
    begun->thread = std::thread([begun, kPause] {
      while (!begun->given_up && !begun->try_once()) std::this_thread::sleep_for(kPause);
    });
  }
  locks_.emplace(path, std::move(waiting));
  return 0;
}

bool HeldLocks::has(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = locks_.find(path);
  return found != locks_.end() && found->second->held;
}

bool HeldLocks::empty() const {
  const std::lock_guard lock(mutex_);
  return locks_.empty();
}

void HeldLocks::release() {
  const std::lock_guard lock(mutex_);
  locks_.clear();
}

}  // namespace wasession::apply

#include "lease/flock_within.h"

#include <cerrno>

#include <sys/file.h>
#include <sys/time.h>

namespace wasession::lease {
namespace {

/// While one lives, SIGALRM comes again and again and does nothing but interrupt a blocking call.
/// Again and again, since one that comes just before the call would be lost.
class Alarm {
 public:
  explicit Alarm(std::chrono::microseconds period) {
    struct sigaction nothing {};
    nothing.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &nothing, &before_);
    const auto microseconds = static_cast<suseconds_t>(period.count());
    const itimerval timer{{0, microseconds}, {0, microseconds}};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
  }
  ~Alarm() {
    // A timer would outlive exec.
    const itimerval none{};
    ::setitimer(ITIMER_REAL, &none, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

 private:
  struct sigaction before_ {};
};

}  // namespace

int flock_within(int descriptor, bool shared, const Patience& patience) {
  using namespace std::chrono_literals;
  using Clock = std::chrono::steady_clock;
  const int kind = shared ? LOCK_SH : LOCK_EX;
  if (::flock(descriptor, kind | LOCK_NB) == 0) return 0;
  if (errno != EWOULDBLOCK || patience.wait <= 0ms) return errno;
  const auto begin = Clock::now();
  const auto waited = [&] {
    return std::chrono::floor<std::chrono::milliseconds>(Clock::now() - begin);
  };
  const Alarm alarm(std::min<std::chrono::milliseconds>(100ms, patience.wait));
  while (waited() < patience.wait) {
    if (::flock(descriptor, kind) == 0) return 0;
    if (errno != EINTR) return errno;
    if (patience.waiting) patience.waiting(waited());
  }
  return EWOULDBLOCK;
}

}  // namespace wasession::lease

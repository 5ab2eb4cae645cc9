#include <algorithm>

#include <unistd.h>

#include "apply/processes.h"
#include "apply/processes/parents.h"

namespace wasession::apply {

std::optional<std::string> never_signalled(const ProcessIdentity& process, std::uint32_t uid) {
  constexpr int kDeepest = 64;
  if (process.pid <= 1) return "it is process 1, on which all others rest";
  if (process.pid == ::getpid()) return "it is wasession itself";
  int ancestor = ::getppid();
  for (int depth = 0; ancestor > 1 && depth < kDeepest; ++depth) {
    if (ancestor == process.pid) return "it started this wasession, and would end it too";
    ancestor = parent_of(ancestor);
  }
  if (::geteuid() != 0 && uid != ::geteuid()) return "it is another user's";
  return std::nullopt;
}

bool ProcessHandle::wait(std::chrono::milliseconds limit, const Means& means,
                         const std::string& what) const {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kSlice{100};
  const auto begin = Clock::now();
  while (true) {
    const auto waited = std::chrono::floor<std::chrono::milliseconds>(Clock::now() - begin);
    const auto left = std::max(limit - waited, std::chrono::milliseconds(0));
    if (ended_within(std::min(kSlice, left))) return true;
    if (left.count() == 0 || means.is_interrupted()) return false;
    if (means.waiting) means.waiting(what, waited, limit);
  }
}

}  // namespace wasession::apply

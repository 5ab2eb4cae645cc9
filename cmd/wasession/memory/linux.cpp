#include "../memory.h"

#ifdef __GLIBC__
#include <cstdint>
#include <cstdlib>

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace wasession::cmd {

void prepare_memory() {
#ifdef __GLIBC__
  constexpr int kHeap = 128 * 1024 * 1024;
  constexpr int kLargestThreshold = 32 * 1024 * 1024;  // that mallopt takes
  constexpr int kLaterGrowth = 1024 * 1024;
  constexpr std::uintptr_t kLargePage = 2 * 1024 * 1024;
  mallopt(M_MMAP_THRESHOLD, kLargestThreshold);
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024 * 1024);
  mallopt(M_TOP_PAD, kHeap);
  // The heap's first growth takes kHeap at once: address space, of which nothing is touched yet.
  void* volatile first = std::malloc(kLargePage);
  mallopt(M_TOP_PAD, kLaterGrowth);
  if (first == nullptr) return;  // a small limit on address space: the usual way, then
  std::free(first);
  const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0));
  const std::uintptr_t start = (end - kHeap) / kLargePage * kLargePage;
  madvise(reinterpret_cast<void*>(start), end - start, MADV_HUGEPAGE);
#endif
}

}  // namespace wasession::cmd

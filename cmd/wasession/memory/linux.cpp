#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "../memory.h"

#ifdef __GLIBC__
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace wasession::cmd {
namespace {

constexpr int kHeap = 128 * 1024 * 1024;

#ifdef __GLIBC__
/// Advises the kernel about the last kHeap bytes of the heap, from a multiple of `page` on.
void advise_heap(std::uintptr_t page, int advice) {
  char* const end = static_cast<char*>(sbrk(0));
  const auto address = reinterpret_cast<std::uintptr_t>(end);
  const std::uintptr_t length = std::min<std::uintptr_t>(address, kHeap);
  const std::uintptr_t before = (address - length) % page;
  madvise(end - length - before, length + before, advice);
}
#endif

}  // namespace

void prepare_memory() {
#ifdef __GLIBC__
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
  advise_heap(kLargePage, MADV_HUGEPAGE);
#endif
}

void prepare_memory_to_stay() {
#ifdef __GLIBC__
  constexpr int kPage = 4096;
  constexpr int kThreshold = 128 * 1024;
  mallopt(M_MMAP_THRESHOLD, kThreshold);
  mallopt(M_TRIM_THRESHOLD, kThreshold);
  mallopt(M_TOP_PAD, kThreshold);
  // Each thread of a look would else have a heap of its own, which keeps what it once took.
  mallopt(M_ARENA_MAX, 2);
  advise_heap(kPage, MADV_NOHUGEPAGE);
  malloc_trim(0);
#endif
}

void give_back_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace wasession::cmd

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
  constexpr int kHeap = 32 * 1024 * 1024;
  constexpr std::uintptr_t kLargePage = 2 * 1024 * 1024;
  mallopt(M_MMAP_THRESHOLD, kHeap);
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024 * 1024);
  mallopt(M_TOP_PAD, kHeap);
  // The next growth of the heap takes kHeap at once (of address space: nothing is touched).
  void* volatile grow = std::malloc(kLargePage);
  std::free(grow);
  const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0));
  const std::uintptr_t start = (end - kHeap) / kLargePage * kLargePage;
  madvise(reinterpret_cast<void*>(start), end - start, MADV_HUGEPAGE);
#endif
}

}  // namespace wasession::cmd

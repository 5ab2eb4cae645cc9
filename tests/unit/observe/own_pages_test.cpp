#include "observe/processes/memory/own_pages.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "observe/files/descriptor.h"

namespace wasession::observe {
namespace {

const auto kPage = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));

/// The numbers of the pages from `begin` on that were visited; stops after `most` runs.
std::vector<std::size_t> visited(decltype(visit_own_pages)& visit, MemoryRange range,
                                 std::size_t most = SIZE_MAX) {
  const Descriptor pagemap(::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
  std::vector<std::size_t> pages;
  const bool all = visit(pagemap.get(), range, [&](MemoryRange run) {
    for (auto page = run.begin; page < run.end; page += kPage)
      pages.push_back((page - range.begin) / kPage);
    return --most > 0;
  });
  CHECK(all == (most > 0));
  return pages;
}

TEST_CASE("exactly the pages that were written are visited, by the kernel's scan and by entries") {
  constexpr std::size_t kPages = 5000;  // more entries than one read has
  std::mt19937 random(20);
  for (const unsigned one_in : {1U, 2U, 7U, 900U}) {
    void* const area =
        ::mmap(nullptr, kPages * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(area != MAP_FAILED);
    ::madvise(area, kPages * kPage, MADV_NOHUGEPAGE);
    std::vector<std::size_t> written;
    for (std::size_t i = 0; i < kPages; ++i) {
      if (random() % one_in != 0) continue;
      static_cast<volatile char*>(area)[i * kPage] = 1;
      written.push_back(i);
    }
    const auto begin = reinterpret_cast<std::uintptr_t>(area);
    const MemoryRange range{begin, begin + kPages * kPage};
    CHECK(visited(visit_own_pages, range) == written);
    CHECK(visited(visit_own_pages_by_entry, range) == written);
    if (one_in > 1) {
      CHECK(visited(visit_own_pages, range, 1).size() < written.size());
      CHECK(visited(visit_own_pages, range, 1) == visited(visit_own_pages_by_entry, range, 1));
    }
    ::munmap(area, kPages * kPage);
  }
}

TEST_CASE("without a page map every page is visited: a holder may be in any") {
  const MemoryRange range{16 * kPage, 20 * kPage};
  std::vector<MemoryRange> runs;
  const auto keep = [&runs](MemoryRange run) {
    runs.push_back(run);
    return true;
  };
  CHECK(visit_own_pages(-1, range, keep));
  CHECK(runs == std::vector{range});
}

}  // namespace
}  // namespace wasession::observe

#include <algorithm>
#include <array>
#include <cstdint>

#include <sys/ioctl.h>
#include <unistd.h>

#include "observe/processes/memory/own_pages.h"

namespace wasession::observe {
namespace {

// linux/fs.h of Linux 6.7; Debian 12's is older.
struct PageRegion {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t categories = 0;
};
struct PageScan {
  std::uint64_t size = sizeof(PageScan);
  std::uint64_t flags = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t walk_end = 0;  ///< set by the kernel: where it stopped
  std::uint64_t regions = 0;   ///< the address of an array of PageRegion
  std::uint64_t region_count = 0;
  std::uint64_t max_pages = 0;
  std::uint64_t inverted = 0;
  std::uint64_t all_of = 0;
  std::uint64_t any_of = 0;
  std::uint64_t returned = 0;
};
constexpr std::uint64_t kPageOfFile = 1U << 2;
constexpr std::uint64_t kPagePresent = 1U << 3;
constexpr std::uint64_t kPageSwapped = 1U << 4;
constexpr unsigned long kPagemapScan = _IOWR('f', 16, PageScan);

}  // namespace

bool visit_own_pages_by_entry(int pagemap, MemoryRange range, const VisitPages& visit) {
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::array<std::uint64_t, 4096> entries;
  MemoryRange run{range.begin, range.begin};
  while (run.end < range.end) {
    const auto wanted = std::min<std::uint64_t>(entries.size(), (range.end - run.end) / page);
    const ssize_t bytes = ::pread(pagemap, entries.data(), wanted * sizeof(entries[0]),
                                  static_cast<off_t>(run.end / page * sizeof(entries[0])));
    const auto count = static_cast<std::size_t>(std::max<ssize_t>(0, bytes)) / sizeof(entries[0]);
    if (count == 0) return visit({run.begin, range.end});
    for (std::size_t i = 0; i < count; ++i) {
      if (is_own_page(entries[i])) {
        run.end += page;
        continue;
      }
      if (run.begin < run.end && !visit(run)) return false;
      run.begin = run.end = run.end + page;
    }
  }
  return run.begin == run.end || visit(run);
}

bool visit_own_pages(int pagemap, MemoryRange range, const VisitPages& visit) {
  std::array<PageRegion, 256> regions;
  PageScan scan;
  scan.end = range.end;
  scan.regions = reinterpret_cast<std::uintptr_t>(regions.data());
  scan.region_count = regions.size();
  scan.inverted = scan.all_of = kPageOfFile;
  scan.any_of = scan.returned = kPagePresent | kPageSwapped;
  for (std::uint64_t begin = range.begin; begin < range.end; begin = scan.walk_end) {
    scan.begin = begin;
    const int count = ::ioctl(pagemap, kPagemapScan, &scan);
    if (count < 0 || scan.walk_end <= begin)
      return visit_own_pages_by_entry(pagemap, {begin, range.end}, visit);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      if (!visit({regions[i].begin, regions[i].end})) return false;
    }
  }
  return true;
}

}  // namespace wasession::observe

/// Which pages of a process's memory it has written, as the kernel's page map tells.
#pragma once

#include <functional>

#include "observe/processes/memory/memory_map.h"

namespace wasession::observe {

/// Is given a run of pages; false when no more are wanted.
using VisitPages = std::function<bool(MemoryRange)>;

/// Calls `visit` with each run of pages of `range` that the process has written, in ascending
/// order. `pagemap` is its open /proc/PID/pagemap; what that can't tell, because the process has
/// ended or no such file may be read, counts as written. False when `visit` said so.
///
/// The kernel finds the pages itself from Linux 6.7 on (PAGEMAP_SCAN, pagemap.rst): of a runtime
/// that reserves terabytes (Go, the address sanitizer) the entries alone are gigabytes.
bool visit_own_pages(int pagemap, MemoryRange range, const VisitPages& visit);

/// The same for an older kernel: reads an entry of eight bytes for each page of the range.
bool visit_own_pages_by_entry(int pagemap, MemoryRange range, const VisitPages& visit);

}  // namespace wasession::observe

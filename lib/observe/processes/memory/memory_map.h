/// Which memory of a process is its own, and written by it. Pure: the caller reads /proc.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace wasession::observe {

/// Addresses [begin, end).
struct MemoryRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  bool operator==(const MemoryRange&) const = default;
};

/// Of /proc/PID/maps (proc(5)) the mappings that are readable, writable and private, in ascending
/// order; those that touch are one. Lines that are none are left out.
std::vector<MemoryRange> private_writable_memory(std::string_view maps);

/// Whether an entry of /proc/PID/pagemap (the kernel's pagemap.rst) stands for a page that the
/// process has written: present or swapped out, and not a page of a file.
bool is_own_page(std::uint64_t entry);

}  // namespace wasession::observe

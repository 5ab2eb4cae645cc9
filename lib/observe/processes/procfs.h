/// The text formats of /proc/PID, as pure functions (proc(5)).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wasession::observe {

/// What of /proc/PID/stat is used.
struct ProcessStatus {
  std::string name;  ///< comm: at most 15 bytes of the program's own choice
  char state = '?';
  int parent = 0;
  int terminal = 0;         ///< device number of the controlling terminal; 0: none
  std::uint64_t start = 0;  ///< clock ticks since boot (field 22)
};

/// Nothing when the line is cut. The name may hold anything, parentheses and newlines too.
std::optional<ProcessStatus> parse_status(std::string_view stat);

/// True when /proc/PID/fdinfo/N has a `lock:` line of an exclusive flock.
bool shows_exclusive_flock(std::string_view descriptor_information);

/// The open flags in /proc/PID/fdinfo/N; nothing when there is no such line.
std::optional<int> parse_open_flags(std::string_view descriptor_information);

}  // namespace wasession::observe

#include "observe/processes/memory/memory_map.h"

#include <charconv>
#include <cstddef>
#include <system_error>

namespace wasession::observe {
namespace {

constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;
constexpr std::uint64_t kSwapped = std::uint64_t{1} << 62;
constexpr std::uint64_t kOfFile = std::uint64_t{1} << 61;

/// Takes what stands before the next `end` off the text, and the `end` too.
std::string_view take_until(char end, std::string_view& text) {
  const std::size_t length = text.find(end);
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length == std::string_view::npos ? text.size() : length + 1);
  return taken;
}

bool parse_address(std::string_view text, std::uint64_t& address) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, address, 16);
  return error == std::errc() && stopped == end;
}

}  // namespace

std::vector<MemoryRange> private_writable_memory(std::string_view maps) {
  std::vector<MemoryRange> ranges;
  while (!maps.empty()) {
    std::string_view line = take_until('\n', maps);
    MemoryRange range;
    const bool has_begin = parse_address(take_until('-', line), range.begin);
    const bool has_end = parse_address(take_until(' ', line), range.end);
    if (!has_begin || !has_end || range.begin >= range.end) continue;
    const std::string_view permissions = take_until(' ', line);
    if (permissions.size() != 4 || !permissions.starts_with("rw") || permissions[3] != 'p')
      continue;
    if (!ranges.empty() && ranges.back().end == range.begin) {
      ranges.back().end = range.end;
    } else {
      ranges.push_back(range);
    }
  }
  return ranges;
}

bool is_own_page(std::uint64_t entry) {
  return (entry & (kPresent | kSwapped)) != 0 && (entry & kOfFile) == 0;
}

}  // namespace wasession::observe

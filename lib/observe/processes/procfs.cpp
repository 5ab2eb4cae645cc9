#include "observe/processes/procfs.h"

#include <charconv>
#include <vector>

namespace wasession::observe {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \t\n");
    if (begin == std::string_view::npos) return words;
    const std::size_t end = std::min(text.find_first_of(" \t\n", begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    text.remove_prefix(end);
  }
}

template <typename Number>
bool read_number(std::string_view text, Number& number, int base = 10) {
  return std::from_chars(text.data(), text.data() + text.size(), number, base).ec == std::errc();
}

/// Calls `each` for every line until it returns true; tells whether it did.
template <typename Each>
bool any_line(std::string_view text, Each each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (each(text.substr(0, end))) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

}  // namespace

std::optional<ProcessStatus> parse_status(std::string_view stat) {
  const std::size_t open = stat.find('(');
  const std::size_t close = stat.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  // Field 3 stands first behind the name.
  constexpr std::size_t kState = 0, kParent = 1, kTerminal = 4, kStart = 19;
  const auto fields = words_of(stat.substr(close + 1));
  if (fields.size() <= kStart) return std::nullopt;
  ProcessStatus status;
  status.name = stat.substr(open + 1, close - open - 1);
  status.state = fields[kState].front();
  const bool read = read_number(fields[kParent], status.parent) &&
                    read_number(fields[kTerminal], status.terminal) &&
                    read_number(fields[kStart], status.start);
  if (!read) return std::nullopt;
  return status;
}

bool shows_exclusive_flock(std::string_view descriptor_information) {
  return any_line(descriptor_information, [](std::string_view line) {
    if (!line.starts_with("lock:")) return false;
    // lock:	1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF
    const auto words = words_of(line);
    return words.size() > 4 && words[2] == "FLOCK" && words[4] == "WRITE";
  });
}

std::optional<int> parse_open_flags(std::string_view descriptor_information) {
  std::optional<int> flags;
  any_line(descriptor_information, [&](std::string_view line) {
    if (!line.starts_with("flags:")) return false;
    const auto words = words_of(line);
    int number = 0;
    if (words.size() > 1 && read_number(words[1], number, 8)) flags = number;
    return true;
  });
  return flags;
}

}  // namespace wasession::observe

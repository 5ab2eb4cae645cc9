#include "observe/logs/line_finder.h"

#include <algorithm>
#include <utility>

#include "observe/logs/needles.h"

namespace wasession::observe::logs {

LineFinder::LineFinder(std::uint64_t offset, Each each)
    : each_(std::move(each)), line_start_(offset), position_(offset) {}

void LineFinder::add(std::string_view block) {
  std::string_view rest = block;
  if (position_ > line_start_) {
    const auto newline = rest.find('\n');
    keep(rest.substr(0, newline));
    if (newline == std::string_view::npos) {
      position_ += rest.size();
      return;
    }
    look_at_kept();
    position_ += newline + 1;
    line_start_ = position_;
    rest.remove_prefix(newline + 1);
  }
  const auto last = rest.rfind('\n');
  if (last != std::string_view::npos) {
    look_at_whole_lines(rest.substr(0, last + 1));
    position_ += last + 1;
    line_start_ = position_;
    rest.remove_prefix(last + 1);
  }
  keep(rest);
  position_ += rest.size();
}

void LineFinder::finish() {
  look_at_kept();
  line_start_ = position_;
}

void LineFinder::keep(std::string_view part) {
  kept_.append(part.substr(0, kLongestLine - kept_.size()));
}

void LineFinder::look_at_kept() {
  if (find_needle(kept_)) hand_over(kept_, line_start_);
  kept_.clear();
}

void LineFinder::look_at_whole_lines(std::string_view lines) {
  std::size_t from = 0;
  while (from < lines.size()) {
    const auto needle = find_needle(lines.substr(from));
    if (!needle) return;
    const std::size_t hit = from + needle->position;
    const auto before = lines.rfind('\n', hit);
    const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = lines.find('\n', hit);
    const std::string_view line = lines.substr(start, std::min(end - start, kLongestLine));
    // Of a long line the needle may be in the part that is not looked at.
    if (line.size() == end - start || find_needle(line)) hand_over(line, position_ + start);
    from = end + 1;
  }
}

void LineFinder::hand_over(std::string_view line, std::uint64_t offset) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  each_({line, offset});
}

}  // namespace wasession::observe::logs

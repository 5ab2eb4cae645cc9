/// Cuts a log into lines and hands over the few that may matter, however large the log is: memory
/// is bounded by kLongestLine, time by a read of the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace wasession::observe::logs {

/// Of a longer line only so much is looked at: no program writes its own disconnects further in.
inline constexpr std::size_t kLongestLine = std::size_t{64} * 1024;

struct LogLine {
  std::string_view text;     ///< without its newline and a carriage return before it
  std::uint64_t offset = 0;  ///< of its first byte
};

/// Feed it the log in blocks of any size: what it hands over does not depend on where they end.
class LineFinder {
 public:
  using Each = std::function<void(const LogLine&)>;

  /// `offset` is where in the log the first block begins: at the first byte of a line.
  LineFinder(std::uint64_t offset, Each each);

  /// Calls `each` for every line that ends in this block and holds a needle (needles.h) within its
  /// first kLongestLine bytes. The text lives until `each` returns.
  void add(std::string_view block);
  /// The bytes after the last newline are a line too.
  void finish();

  /// The first byte of the line that has not ended yet: where a later run must go on.
  std::uint64_t unfinished_at() const { return line_start_; }

 private:
  void keep(std::string_view part);
  void look_at_kept();
  void look_at_whole_lines(std::string_view lines);
  void hand_over(std::string_view line, std::uint64_t offset);

  Each each_;
  std::string kept_;          ///< of the unfinished line
  std::uint64_t line_start_;  ///< of the unfinished line
  std::uint64_t position_;    ///< of the next block
};

}  // namespace wasession::observe::logs

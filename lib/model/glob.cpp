#include "model/glob.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace wasession {
namespace {

/// Bytes that are no UTF-8 become values above every code point, so that they equal only
/// themselves.
std::u32string characters_of(std::string_view text) {
  constexpr char32_t kNoCodePoint = 0x110000;
  std::u32string characters;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte_at = [&](std::size_t k) { return static_cast<std::uint8_t>(text[k]); };
    const std::uint8_t first = byte_at(i);
    const std::size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : 4;
    char32_t value = length == 1 ? first : first & (0xffU >> (length + 1));
    bool valid = first < 0x80 || (first >= 0xc2 && first < 0xf5 && i + length <= text.size());
    for (std::size_t k = 1; valid && k < length; ++k) {
      valid = byte_at(i + k) >> 6 == 2;
      value = value << 6 | (byte_at(i + k) & 0x3fU);
    }
    characters += valid ? value : kNoCodePoint + first;
    i += valid ? length : 1;
  }
  return characters;
}

struct SetMatch {
  bool matches;
  std::size_t end;  ///< behind the `]`
};

/// Reads the set whose `[` is at `start`; nothing when it is not closed.
std::optional<SetMatch> match_set(std::u32string_view pattern, std::size_t start, char32_t c) {
  std::size_t i = start + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  for (const std::size_t first = i; i < pattern.size(); ++i) {
    if (pattern[i] == ']' && i > first) return SetMatch{found != negated, i + 1};
    const char32_t low = pattern[i];
    char32_t high = low;
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      high = pattern[i + 2];
      i += 2;
    }
    found = found || (low <= c && c <= high);
  }
  return std::nullopt;
}

/// The position in the pattern behind the element that matches `c`; nothing when none does. From
/// `sets_end` on no `[` begins a set: without it, a row of them would be read to its end for each.
std::optional<std::size_t> match_one(std::u32string_view pattern, std::size_t at, char32_t c,
                                     std::size_t sets_end) {
  if (at == pattern.size()) return std::nullopt;
  if (pattern[at] == '?') return at + 1;
  if (pattern[at] == '[' && at < sets_end) {
    if (const auto set = match_set(pattern, at, c)) {
      return set->matches ? std::optional(set->end) : std::nullopt;
    }
  }
  return pattern[at] == c ? std::optional(at + 1) : std::nullopt;
}

}  // namespace

bool is_glob(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

bool glob_matches(std::string_view pattern_text, std::string_view text) {
  const std::u32string pattern = characters_of(pattern_text);
  const std::u32string name = characters_of(text);
  const std::size_t last_bracket = pattern.rfind(U']');
  const std::size_t sets_end = last_bracket == std::u32string::npos ? 0 : last_bracket;
  std::size_t p = 0;
  std::size_t n = 0;
  // Only the last star is ever tried again: what an earlier one could take, the last one can too.
  std::optional<std::size_t> behind_star;
  std::size_t star_took_up_to = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      behind_star = ++p;
      star_took_up_to = n;
    } else if (const auto next = match_one(pattern, p, name[n], sets_end)) {
      p = *next;
      ++n;
    } else if (behind_star) {
      p = *behind_star;
      n = ++star_took_up_to;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace wasession

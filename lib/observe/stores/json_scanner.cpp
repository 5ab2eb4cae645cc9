#include "observe/stores/json_scanner.h"

#include <algorithm>
#include <bit>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <utility>

namespace wasession::observe {
namespace {

constexpr std::size_t kDeepest = 256;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// How many of the 8 bytes at the front are neither a quote, a backslash, a control character nor
/// beyond ASCII: all of them is the usual case inside base64. (A borrow can only spoil bytes behind
/// the first hit, so the count is exact.)
std::size_t plain_bytes(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t quote = word ^ kOnes * '"';
  const std::uint64_t backslash = word ^ kOnes * '\\';
  const std::uint64_t quotes = (quote - kOnes) & ~quote;
  const std::uint64_t backslashes = (backslash - kOnes) & ~backslash;
  const std::uint64_t controls = (word - kOnes * 0x20) & ~word;
  const std::uint64_t hits = (quotes | backslashes | controls | word) & kHighBits;
  return static_cast<std::size_t>(std::countr_zero(hits)) / 8;
}

/// The length of the well-formed UTF-8 sequence at the front (Unicode table 3-7), 0 when there is
/// none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continues = [&byte](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned lead = byte(0);
  if (lead >= 0xc2 && lead <= 0xdf) return continues(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : 0xbf;
    return byte(1) >= low && byte(1) <= high && continues(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return byte(1) >= low && byte(1) <= high && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool JsonScanner::fail(const char* expected) {
  if (error_ == nullptr) error_ = expected;
  return false;
}

std::optional<JsonType> JsonScanner::peek() {
  if (failed()) return std::nullopt;
  skip_space();
  const char c = position_ < text_.size() ? text_[position_] : '\0';
  switch (c) {
    case '{':
      return JsonType::object;
    case '[':
      return JsonType::array;
    case '"':
      return JsonType::string;
    case 't':
    case 'f':
      return JsonType::boolean;
    case 'n':
      return JsonType::null;
    default:
      break;
  }
  if (c == '-' || is_digit(c)) return JsonType::number;
  fail(position_ < text_.size() ? "a value" : "a value, but the text ends");
  return std::nullopt;
}

bool JsonScanner::enter(char open, const char* expected) {
  if (failed()) return false;
  skip_space();
  if (position_ >= text_.size() || text_[position_] != open) return fail(expected);
  if (depth_ == kDeepest) return fail("at most 256 levels of nesting");
  ++position_;
  ++depth_;
  first_in_container_ = true;
  return true;
}

bool JsonScanner::enter_object() {
  return enter('{', "an object");
}

bool JsonScanner::enter_array() {
  return enter('[', "an array");
}

bool JsonScanner::next_member(JsonString& key) {
  if (failed()) return false;
  skip_space();
  const char c = position_ < text_.size() ? text_[position_] : '\0';
  const bool first = std::exchange(first_in_container_, false);
  if (c == '}') {
    ++position_;
    --depth_;
    return false;
  }
  if (!first) {
    if (c != ',') return fail("',' or '}'");
    ++position_;
    skip_space();
  }
  if (position_ >= text_.size() || text_[position_] != '"') return fail("a key in quotes");
  if (!read_string(key)) return false;
  skip_space();
  if (position_ >= text_.size() || text_[position_] != ':') return fail("':' after a key");
  ++position_;
  return true;
}

bool JsonScanner::next_element() {
  if (failed()) return false;
  skip_space();
  const char c = position_ < text_.size() ? text_[position_] : '\0';
  const bool first = std::exchange(first_in_container_, false);
  if (c == ']') {
    ++position_;
    --depth_;
    return false;
  }
  if (first) return true;
  if (c != ',') return fail("',' or ']'");
  ++position_;
  return true;
}

bool JsonScanner::check_escape() {
  const char escape = position_ + 1 < text_.size() ? text_[position_ + 1] : '\0';
  if (escape == 'u') {
    for (std::size_t i = 2; i < 6; ++i) {
      if (position_ + i >= text_.size() || !is_hex_digit(text_[position_ + i])) {
        return fail("four hex digits after \\u");
      }
    }
    position_ += 6;
    return true;
  }
  if (escape == '\0' || std::string_view("\"\\/bfnrt").find(escape) == std::string_view::npos) {
    return fail("a known escape after '\\'");
  }
  position_ += 2;
  return true;
}

void JsonScanner::pass_utf8() {
  const std::size_t length = utf8_length(text_.substr(position_));
  if (length == 0 && !invalid_utf8_at_) invalid_utf8_at_ = position_;
  position_ += std::max<std::size_t>(length, 1);
}

bool JsonScanner::skip_string(bool& has_escapes) {
  if (next() != '"') return fail("a string");
  ++position_;
  while (true) {
    while (position_ + 8 <= text_.size()) {
      const std::size_t plain = plain_bytes(text_.data() + position_);
      position_ += plain;
      if (plain < 8) break;
    }
    if (position_ >= text_.size()) return fail("the end of a string");
    const char c = text_[position_];
    if (c == '"') break;
    if (c == '\\') {
      has_escapes = true;
      if (!check_escape()) return false;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      return fail("no control character inside a string");
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      pass_utf8();
    } else {
      ++position_;
    }
  }
  ++position_;
  return true;
}

bool JsonScanner::read_string(JsonString& value) {
  if (failed()) return false;
  skip_space();
  const std::size_t start = position_ + 1;
  value.has_escapes = false;
  if (!skip_string(value.has_escapes)) return false;
  value.raw = text_.substr(start, position_ - 1 - start);
  return true;
}

bool JsonScanner::read_number(std::string_view& number) {
  if (failed()) return false;
  skip_space();
  const std::size_t start = position_;
  const auto at = [this](char c) { return position_ < text_.size() && text_[position_] == c; };
  const auto digits = [this] {
    const std::size_t before = position_;
    while (position_ < text_.size() && is_digit(text_[position_])) ++position_;
    return position_ > before;
  };
  if (at('-')) ++position_;
  if (at('0')) {
    ++position_;
  } else if (!digits()) {
    return fail("a digit");
  }
  if (at('.')) {
    ++position_;
    if (!digits()) return fail("a digit after the decimal point");
  }
  if (at('e') || at('E')) {
    ++position_;
    if (at('+') || at('-')) ++position_;
    if (!digits()) return fail("a digit in the exponent");
  }
  number = text_.substr(start, position_ - start);
  return true;
}

bool JsonScanner::consume(std::string_view word) {
  if (text_.substr(position_, word.size()) != word) return fail("true, false or null");
  position_ += word.size();
  return true;
}

bool JsonScanner::read_boolean(bool& value) {
  if (failed()) return false;
  skip_space();
  value = position_ < text_.size() && text_[position_] == 't';
  return consume(value ? "true" : "false");
}

bool JsonScanner::skip_key() {
  bool has_escapes = false;
  if (next() != '"') return fail("a key in quotes");
  if (!skip_string(has_escapes)) return false;
  skip_space();
  if (next() != ':') return fail("':' after a key");
  ++position_;
  return true;
}

bool JsonScanner::skip_scalar() {
  bool has_escapes = false;
  std::string_view ignored;
  switch (next()) {
    case '"':
      return skip_string(has_escapes);
    case 't':
      return consume("true");
    case 'f':
      return consume("false");
    case 'n':
      return consume("null");
    default:
      break;
  }
  if (next() == '-' || is_digit(next())) return read_number(ignored);
  return fail(position_ < text_.size() ? "a value" : "a value, but the text ends");
}

bool JsonScanner::skip_value() {
  std::bitset<kDeepest + 1> is_object;
  const std::size_t outside = depth_;
  if (failed()) return false;
  while (true) {
    skip_space();
    const char open = next();
    if (open == '{' || open == '[') {
      if (depth_ == kDeepest) return fail("at most 256 levels of nesting");
      ++position_;
      is_object[++depth_] = open == '{';
      skip_space();
      if (next() != (open == '{' ? '}' : ']')) {
        if (open == '{' && !skip_key()) return false;
        continue;
      }
    } else if (!skip_scalar()) {
      return false;
    }
    // After a value: close what ends here, until the next one begins.
    while (depth_ > outside) {
      skip_space();
      const bool object = is_object[depth_];
      if (next() == ',') break;
      if (next() != (object ? '}' : ']')) return fail(object ? "',' or '}'" : "',' or ']'");
      ++position_;
      --depth_;
    }
    if (depth_ == outside) return true;
    ++position_;
    skip_space();
    if (is_object[depth_] && !skip_key()) return false;
  }
}

bool JsonScanner::at_end() {
  if (failed()) return false;
  skip_space();
  return position_ == text_.size() || fail("nothing after the value");
}

}  // namespace wasession::observe

#include "observe/config/json5.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "observe/config/json5_characters.h"
#include "observe/config/utf8.h"

namespace wasession::observe {
namespace {

using nlohmann::json;
using namespace json5;

/// Every function returns false after fail(), which keeps the first error only.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(decode_utf8(text)) {}

  bool document(json& root) {
    std::vector<json*> open;
    json* slot = &root;
    while (slot != nullptr) {
      if (!skip_blanks()) return false;
      bool fresh = peek() == U'{' || peek() == U'[';
      if (fresh) {
        if (open.size() == kJson5DepthLimit) return fail("no more than 256 nested containers");
        *slot = take() == U'{' ? json::object() : json::array();
        open.push_back(slot);
      } else if (!scalar(*slot)) {
        return false;
      }
      slot = nullptr;
      while (slot == nullptr && !open.empty()) {
        if (!next_slot(*open.back(), fresh, slot)) return false;
        if (slot == nullptr) open.pop_back();
        fresh = false;
      }
    }
    if (!skip_blanks()) return false;
    return peek() == kEnd || fail("the end of the file");
  }

  Json5Error error() const {
    Json5Error error{1, 1, what_};
    for (std::size_t i = 0; i < at_; ++i) {
      const bool ends_line =
          is_line_end(text_[i]) && !(text_[i] == U'\r' && i + 1 < at_ && text_[i + 1] == U'\n');
      error.line += ends_line ? 1 : 0;
      error.column = ends_line ? 1 : error.column + 1;
    }
    return error;
  }

 private:
  char32_t peek() const { return at_ < text_.size() ? text_[at_] : kEnd; }
  char32_t take() { return text_[at_++]; }
  bool take_if(char32_t c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  bool fail(std::string_view expected) {
    what_ = "expected " + std::string(expected) + ", found " + describe(peek());
    return false;
  }

  static std::string describe(char32_t c) {
    if (c == kEnd) return "the end of the file";
    if (c >= 0x20 && c < 0x7f) return fmt::format("'{}'", static_cast<char>(c));
    return fmt::format("U+{:04X}", static_cast<unsigned>(c));
  }

  bool skip_blanks() {
    for (;;) {
      while (is_blank(peek())) ++at_;
      if (!take_if(U'/')) return true;
      if (take_if(U'/')) {
        while (peek() != kEnd && !is_line_end(peek())) ++at_;
      } else if (take_if(U'*')) {
        const std::size_t close = text_.find(U"*/", at_);
        at_ = close == std::u32string::npos ? text_.size() : close + 2;
        if (close == std::u32string::npos) return fail("'*/' after the comment");
      } else {
        return fail("'/' or '*' after '/'");
      }
    }
  }

  /// After an element: finds where the next one goes, or closes the container and leaves `slot`.
  bool next_slot(json& container, bool fresh, json*& slot) {
    const bool is_object = container.is_object();
    const char32_t close = is_object ? U'}' : U']';
    if (!skip_blanks()) return false;
    if (!fresh && peek() != close) {
      if (!take_if(U',')) return fail(is_object ? "',' or '}'" : "',' or ']'");
      if (!skip_blanks()) return false;
    }
    if (take_if(close)) return true;
    if (!is_object) {
      container.push_back(nullptr);
      slot = &container.back();
      return true;
    }
    std::string name;
    if (!key(name) || !skip_blanks()) return false;
    if (!take_if(U':')) return fail("':' after the key");
    slot = &container[name];
    *slot = nullptr;
    return true;
  }

  bool key(std::string& name) {
    if (peek() == U'"' || peek() == U'\'') return string(name);
    Utf16Builder built;
    bool first = true;
    for (;; first = false) {
      const auto fits = first ? starts_identifier : continues_identifier;
      if (fits(peek())) {
        built.append(take());
      } else if (peek() == U'\\') {
        const std::size_t start = at_++;
        char32_t c = 0;
        if (!take_if(U'u')) return fail("'u' after '\\' in a key");
        if (!hex(4, c)) return false;
        if (!fits(c)) {
          at_ = start;
          return fail("an escaped letter in a key");
        }
        built.append(c);
      } else {
        if (first) return fail("a key or '}'");
        name = built.take();
        return true;
      }
    }
  }

  bool scalar(json& value) {
    switch (peek()) {
      case U'n':
        return word(U"null", nullptr, value);
      case U't':
        return word(U"true", true, value);
      case U'f':
        return word(U"false", false, value);
      case U'"':
      case U'\'': {
        std::string text;
        if (!string(text)) return false;
        value = std::move(text);
        return true;
      }
      default:
        return number(value);
    }
  }

  bool word(std::u32string_view letters, const json& meaning, json& value) {
    for (const char32_t letter : letters) {
      if (!take_if(letter)) return fail("null, true, false, Infinity or NaN, spelt so");
    }
    value = meaning;
    return true;
  }

  bool string(std::string& text) {
    const char32_t quote = take();
    Utf16Builder built;
    for (;;) {
      const char32_t c = peek();
      if (c == kEnd || c == U'\n' || c == U'\r') return fail("the closing quote on this line");
      ++at_;
      if (c == quote) break;
      if (c != U'\\') {
        built.append(c);
      } else if (!escape(built)) {
        return false;
      }
    }
    text = built.take();
    return true;
  }

  bool escape(Utf16Builder& built) {
    const char32_t c = peek();
    if (c == kEnd) return fail("an escape after '\\'");
    if (c >= U'1' && c <= U'9') return fail("an escape that is no octal number");
    ++at_;
    char32_t meaning = c;
    switch (c) {
      case U'b':
        meaning = U'\b';
        break;
      case U'f':
        meaning = U'\f';
        break;
      case U'n':
        meaning = U'\n';
        break;
      case U'r':
        meaning = U'\r';
        break;
      case U't':
        meaning = U'\t';
        break;
      case U'v':
        meaning = U'\v';
        break;
      case U'0':
        if (is_digit(peek())) return fail("no digit after '\\0'");
        meaning = 0;
        break;
      case U'x':
        if (!hex(2, meaning)) return false;
        break;
      case U'u':
        if (!hex(4, meaning)) return false;
        break;
      case U'\r':
        take_if(U'\n');
        return true;
      case U'\n':
      case 0x2028:
      case 0x2029:
        return true;
      default:
        break;
    }
    built.append(meaning);
    return true;
  }

  bool hex(int digits, char32_t& value) {
    value = 0;
    for (; digits > 0; --digits) {
      const int digit = hex_value(peek());
      if (digit < 0) return fail("a hexadecimal digit");
      value = value * 16 + static_cast<char32_t>(digit);
      ++at_;
    }
    return true;
  }

  bool number(json& value) {
    const bool is_signed = peek() == U'+' || peek() == U'-';
    const double sign = peek() == U'-' ? -1 : 1;
    if (is_signed) ++at_;
    if (peek() == U'I') {
      return word(U"Infinity", sign * std::numeric_limits<double>::infinity(), value);
    }
    if (peek() == U'N') return word(U"NaN", std::numeric_limits<double>::quiet_NaN(), value);
    if (!is_digit(peek()) && peek() != U'.') return fail(is_signed ? "a number" : "a value");

    std::string digits;
    if (!numeral(digits)) return false;
    // The whole text is a decimal or hexadecimal numeral, so strtod reads all of it, rounds as
    // JavaScript does and gives infinity or 0 for what does not fit. (The program never leaves the
    // C locale, whose decimal point is '.'.)
    const double magnitude = std::strtod(digits.c_str(), nullptr);
    constexpr double kLargestWhole = 9007199254740992.0;  // 2^53
    if (magnitude <= kLargestWhole && magnitude == std::floor(magnitude) &&
        !(magnitude == 0 && sign < 0)) {
      value = static_cast<std::int64_t>(sign * magnitude);
    } else {
      value = sign * magnitude;
    }
    return true;
  }

  /// An unsigned numeral, copied as ASCII.
  bool numeral(std::string& text) {
    const auto copy_digits = [&] {
      const std::size_t before = text.size();
      while (is_digit(peek())) text.push_back(static_cast<char>(take()));
      return text.size() > before;
    };
    const bool zero = peek() == U'0';
    if (zero) {
      text.push_back(static_cast<char>(take()));
      if (peek() == U'x' || peek() == U'X') {
        text.push_back(static_cast<char>(take()));
        if (hex_value(peek()) < 0) return fail("a hexadecimal digit");
        while (hex_value(peek()) >= 0) text.push_back(static_cast<char>(take()));
        return true;
      }
    }
    const bool whole = zero || copy_digits();
    if (peek() == U'.') {
      text.push_back(static_cast<char>(take()));
      if (!copy_digits() && !whole) return fail("a digit after '.'");
    }
    if (peek() == U'e' || peek() == U'E') {
      text.push_back(static_cast<char>(take()));
      if (peek() == U'+' || peek() == U'-') text.push_back(static_cast<char>(take()));
      if (!copy_digits()) return fail("a digit in the exponent");
    }
    return true;
  }

  std::u32string text_;
  std::size_t at_ = 0;
  std::string what_;
};

}  // namespace

std::string to_string(const Json5Error& error) {
  return "line " + std::to_string(error.line) + ", column " + std::to_string(error.column) + ": " +
         error.what;
}

std::optional<Json5Error> read_json5(std::string_view text, json& value) {
  value = nullptr;
  if (text.size() > kJson5SizeLimit) {
    return Json5Error{
        1, 1, "expected no more than 8 MiB, found " + std::to_string(text.size()) + " bytes"};
  }
  Reader reader(text);
  if (reader.document(value)) return std::nullopt;
  value = nullptr;
  return reader.error();
}

}  // namespace wasession::observe

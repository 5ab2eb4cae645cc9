#include "observe/config/json5_characters.h"

#include <utf8proc.h>

namespace wasession::observe::json5 {
namespace {

utf8proc_category_t category(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

}  // namespace

bool is_digit(char32_t c) {
  return c >= U'0' && c <= U'9';
}

int hex_value(char32_t c) {
  if (is_digit(c)) return static_cast<int>(c - U'0');
  if (c >= U'a' && c <= U'f') return static_cast<int>(c - U'a') + 10;
  if (c >= U'A' && c <= U'F') return static_cast<int>(c - U'A') + 10;
  return -1;
}

bool is_line_end(char32_t c) {
  return c == U'\n' || c == U'\r' || c == 0x2028 || c == 0x2029;
}

bool is_blank(char32_t c) {
  if (c >= 0x80 && c != kEnd) {
    return is_line_end(c) || c == 0xfeff || category(c) == UTF8PROC_CATEGORY_ZS;
  }
  return c == U' ' || (c >= U'\t' && c <= U'\r');
}

bool starts_identifier(char32_t c) {
  if (c == U'$' || c == U'_') return true;
  if (c == kEnd) return false;
  switch (category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
      return true;
    default:
      return false;
  }
}

bool continues_identifier(char32_t c) {
  constexpr char32_t kZeroWidthNonJoiner = 0x200c;
  constexpr char32_t kZeroWidthJoiner = 0x200d;
  if (starts_identifier(c) || c == kZeroWidthNonJoiner || c == kZeroWidthJoiner) return true;
  if (c == kEnd) return false;
  switch (category(c)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      return false;
  }
}

}  // namespace wasession::observe::json5

#include "observe/stores/json_string.h"

#include <charconv>
#include <cstddef>
#include <cstdint>

#include "observe/config/utf8.h"

namespace wasession::observe {
namespace {

std::uint32_t four_hex_digits(std::string_view digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.substr(0, 4).size(), value, 16);
  return value;
}

}  // namespace

std::string JsonString::decode() const {
  constexpr std::uint32_t kReplacement = 0xfffd;
  std::string text;
  text.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      text += raw[i];
      continue;
    }
    const char escape = raw[++i];
    switch (escape) {
      case 'b':
        text += '\b';
        break;
      case 'f':
        text += '\f';
        break;
      case 'n':
        text += '\n';
        break;
      case 'r':
        text += '\r';
        break;
      case 't':
        text += '\t';
        break;
      case 'u': {
        std::uint32_t code_point = four_hex_digits(raw.substr(i + 1));
        i += 4;
        if (code_point >= 0xd800 && code_point < 0xdc00 && raw.substr(i + 1, 2) == "\\u") {
          const std::uint32_t low = four_hex_digits(raw.substr(i + 3));
          if (low >= 0xdc00 && low < 0xe000) {
            code_point = 0x10000 + ((code_point - 0xd800) << 10) + (low - 0xdc00);
            i += 6;
          }
        }
        const bool lone_surrogate = code_point >= 0xd800 && code_point < 0xe000;
        append_utf8(text, lone_surrogate ? kReplacement : code_point);
        break;
      }
      default:
        text += escape;
    }
  }
  return text;
}

}  // namespace wasession::observe

#include "report/escape.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <utf8proc.h>

namespace wasession::report {
namespace {

/// The character at the front and its length; a negative code point when it is not UTF-8.
struct Character {
  utf8proc_int32_t code_point = -1;
  std::size_t length = 1;
};

Character next_character(std::string_view text) {
  Character character;
  const auto length =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &character.code_point);
  if (length > 0) character.length = static_cast<std::size_t>(length);
  return character;
}

bool is_plain_ascii(char c) {
  return c >= 0x20 && c < 0x7f && c != '\\';
}

bool can_be_shown(utf8proc_int32_t code_point) {
  constexpr utf8proc_int32_t kZeroWidthJoiner = 0x200d;  // joins emoji
  if (code_point == kZeroWidthJoiner) return true;
  switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      return true;
  }
}

void append_escaped(std::string& out, std::string_view bytes, const Character& character) {
  auto to = std::back_inserter(out);
  if (character.code_point < 0) {
    fmt::format_to(to, "\\x{:02x}", static_cast<unsigned char>(bytes.front()));
    return;
  }
  switch (character.code_point) {
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      if (character.code_point < 0x80) {
        fmt::format_to(to, "\\x{:02x}", character.code_point);
      } else {
        fmt::format_to(to, "\\u{{{:x}}}", character.code_point);
      }
  }
}

}  // namespace

std::string printable(std::string_view bytes) {
  if (std::all_of(bytes.begin(), bytes.end(), is_plain_ascii)) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    if (is_plain_ascii(bytes.front())) {
      out += bytes.front();
      bytes.remove_prefix(1);
      continue;
    }
    const Character character = next_character(bytes);
    if (character.code_point >= 0x80 && can_be_shown(character.code_point)) {
      out += bytes.substr(0, character.length);
    } else {
      append_escaped(out, bytes, character);
    }
    bytes.remove_prefix(character.length);
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      ++width;
      text.remove_prefix(1);
      continue;
    }
    const Character character = next_character(text);
    width += character.code_point < 0x80
                 ? 1
                 : static_cast<std::size_t>(std::max(0, utf8proc_charwidth(character.code_point)));
    text.remove_prefix(character.length);
  }
  return width;
}

std::string cut_middle(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::vector<std::string_view> characters;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t length = next_character(rest).length;
    characters.push_back(rest.substr(0, length));
    rest.remove_prefix(length);
  }
  // The end of a path says more than its beginning: it gets the odd column.
  std::size_t room = width - 1;
  std::string head;
  std::size_t head_room = room / 2;
  for (const std::string_view character : characters) {
    const std::size_t columns = display_width(character);
    if (columns > head_room) break;
    head_room -= columns;
    room -= columns;
    head += character;
  }
  std::string tail;
  for (auto character = characters.rbegin(); character != characters.rend(); ++character) {
    const std::size_t columns = display_width(*character);
    if (columns > room) break;
    room -= columns;
    tail.insert(0, *character);
  }
  return head + "…" + tail;
}

void append_json_escaped(std::string& out, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto plain = std::find_if(bytes.begin(), bytes.end(),
                                    [](char c) { return !is_plain_ascii(c) || c == '"'; });
    const auto count = static_cast<std::size_t>(plain - bytes.begin());
    out += bytes.substr(0, count);
    bytes.remove_prefix(count);
    if (bytes.empty()) return;
    const Character character = next_character(bytes);
    const auto code_point = character.code_point;
    if (code_point == '"' || code_point == '\\') {
      out += '\\';
      out += bytes.front();
    } else if (code_point < 0) {
      fmt::format_to(std::back_inserter(out), "\\\\x{:02x}",
                     static_cast<unsigned char>(bytes.front()));
    } else if (code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_point);
    } else {
      out += bytes.substr(0, character.length);
    }
    bytes.remove_prefix(character.length);
  }
}

}  // namespace wasession::report

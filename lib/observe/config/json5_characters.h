/// The classes of characters that JSON5 tells apart.
#pragma once

namespace wasession::observe::json5 {

/// Not a code point: stands for "the end of the file" wherever a character is looked at. It belongs
/// to no class.
inline constexpr char32_t kEnd = 0xffffffff;

bool is_digit(char32_t c);
/// 0 to 15, or -1.
int hex_value(char32_t c);
bool is_line_end(char32_t c);
/// White space and line ends.
bool is_blank(char32_t c);
/// ECMAScript 5's UnicodeLetter, `$` and `_`. Unicode's tables grow: letters younger than those of
/// the npm package are taken here and refused there.
bool starts_identifier(char32_t c);
bool continues_identifier(char32_t c);

}  // namespace wasession::observe::json5

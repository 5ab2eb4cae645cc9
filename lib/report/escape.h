/// Makes bytes of the machine safe and honest to show.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wasession::report {

/// For a terminal or a log: control characters, escape codes, characters that change the direction
/// or can't be seen, and bytes that are not UTF-8 come out as `\n`, `\x1b`, `\u{202e}`; a backslash
/// as `\\`. Everything else is left as it is.
std::string printable(std::string_view bytes);

/// Columns that printable text takes on a terminal (East Asian wide characters take two).
std::size_t display_width(std::string_view text);

/// The text cut in the middle to at most `width` columns, with `…` at the cut.
std::string cut_middle(std::string_view text, std::size_t width);

/// The inside of a JSON string: valid UTF-8 stays, bytes that are not become the text `\xNN`.
void append_json_escaped(std::string& out, std::string_view bytes);

}  // namespace wasession::report

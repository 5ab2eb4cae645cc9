/// Shell patterns over names, without the file system's special treatment of `/`.
#pragma once

#include <string_view>

namespace wasession {

/// True when `text` has a character that makes it a pattern.
bool is_glob(std::string_view text);

/// `*` is any run of characters, `?` one character, `[a-c]` one of a set and `[!a-c]` or `[^a-c]`
/// one that is not in it; a `[` without its `]` is itself. A character is a UTF-8 sequence, or a
/// byte where there is none. Takes at most pattern times text steps, however many stars there are.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace wasession

/// Prose in lines that fit a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wasession::report {

/// Longer lines are hard to read, however wide the terminal.
inline constexpr std::size_t kWidestText = 100;

/// Breaks text at spaces into lines of at most `width` columns, each led by `indent`, ended by a
/// newline. A word that is longer stays whole: a path is to be copied.
std::string wrap(std::string_view text, std::size_t width, std::string_view indent);

}  // namespace wasession::report

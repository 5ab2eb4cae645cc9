/// What is known of the terminal, if there is one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <unistd.h>

namespace wasession::cmd {

bool is_terminal(int descriptor);

/// Columns of the terminal behind stdout; unlimited when stdout is not one.
std::size_t output_width();

/// `--color auto`: on a terminal, unless NO_COLOR is set or TERM is dumb.
bool wants_colour(const std::string& choice);

/// Writes all of `text` to stdout, or to another descriptor. False when it can't be written (disk
/// full, closed pipe); errno says why.
bool write_output(std::string_view text, int descriptor = STDOUT_FILENO);

}  // namespace wasession::cmd

/// What is said when the words of the command line are wrong, or when there are none.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace wasession::cmd {

/// The short screen of `wasession` alone: what to type when something is broken.
std::string start_screen();

/// What is wrong, the name that was meant when one is near, and whose help to read. `app` has
/// parsed and thrown `error`.
std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& error);

}  // namespace wasession::cmd

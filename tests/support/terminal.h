/// Runs the wasession binary on a terminal of a given width.
#pragma once

#include <string>
#include <vector>

#include "support/run.h"

namespace wasession::test {

/// Everything that the terminal got, stdout and stderr as they came, with plain line ends.
struct TerminalRun {
  int exit_status = -1;
  std::string shown;
};

/// Runs `wasession ARGS…` with a pseudo-terminal of `columns` as its stdin, stdout and stderr.
TerminalRun run_on_terminal(unsigned short columns, const std::vector<std::string>& arguments,
                            const Variables& environment, const RunOptions& options = {});

/// Without colours: every `ESC [ … m` removed.
std::string without_colours(const std::string& text);

std::vector<std::string> lines_of(const std::string& text);

}  // namespace wasession::test

/// The last thing that `run` does.
#pragma once

#include <string>
#include <vector>

namespace wasession::cmd {

/// Replaces this process by the command (its words, never none), looked for in PATH. Returns only
/// when that failed, with the exit status and after it said why.
int become(const std::vector<std::string>& command);

}  // namespace wasession::cmd

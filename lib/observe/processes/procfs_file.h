/// Reads the small files of /proc/PID (Linux).
#pragma once

#include <cstddef>
#include <string>

namespace wasession::observe {

/// The content of a file of the process whose directory is open as `process`: at most `limit`
/// bytes. Empty when it can't be read.
std::string read_process_file(int process, const std::string& name,
                              std::size_t limit = std::size_t{64} << 10);

}  // namespace wasession::observe

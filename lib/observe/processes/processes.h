/// The process table, behind one header for every system.
#pragma once

#include <string>
#include <vector>

namespace wasession::observe {

/// The working directories of live JavaScript runtimes (node, bun), absolute, each once: where a
/// bot with a relative auth directory keeps it. Told by the executable, since Node programs rename
/// themselves. Processes that may not be looked at, and ones whose directory is not visible under
/// the same path here (another mount namespace, a deleted directory), are left out.
std::vector<std::string> javascript_working_directories();

}  // namespace wasession::observe

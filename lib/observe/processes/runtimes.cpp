#include <algorithm>
#include <array>

#include "observe/files/files.h"
#include "observe/processes/processes.h"

namespace wasession::observe {

bool is_javascript_runtime(std::string_view executable) {
  constexpr std::array<std::string_view, 4> kRuntimes = {"node", "nodejs", "bun", "deno"};
  std::string_view name = base_name(executable);
  while (!name.empty() && ((name.back() >= '0' && name.back() <= '9') || name.back() == '.')) {
    name.remove_suffix(1);  // node20
  }
  return std::find(kRuntimes.begin(), kRuntimes.end(), name) != kRuntimes.end();
}

bool is_wasession(std::string_view executable) {
  return base_name(executable) == "wasession";
}

std::vector<std::string> javascript_working_directories(const ProcessTable& table) {
  std::vector<std::string> directories;
  for (const ProcessReading& process : table.processes) {
    if (process.working_directory.empty()) continue;
    if (!is_javascript_runtime(process.executable)) continue;
    // A service may have a file tree of its own that is this one but for /tmp (PrivateTmp).
    const FileFacts here = facts_of(process.working_directory);
    const FileFacts there = facts_as_seen_by(process, process.working_directory);
    if (here.kind != FileKind::directory || here.identity != there.identity) continue;
    directories.push_back(process.working_directory);
  }
  std::sort(directories.begin(), directories.end());
  directories.erase(std::unique(directories.begin(), directories.end()), directories.end());
  return directories;
}

}  // namespace wasession::observe

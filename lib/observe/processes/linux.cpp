#include <algorithm>
#include <climits>
#include <string>

#include <unistd.h>

#include "observe/files/files.h"
#include "observe/processes/processes.h"

namespace wasession::observe {
namespace {

std::string read_link(const std::string& path) {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  target.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return target;
}

/// `node`, `node20`, `nodejs`, `bun`, also after a package upgrade removed the file.
bool is_javascript_runtime(std::string_view executable) {
  constexpr std::string_view kDeleted = " (deleted)";
  if (executable.ends_with(kDeleted)) executable.remove_suffix(kDeleted.size());
  std::string_view name = base_name(executable);
  while (!name.empty() && ((name.back() >= '0' && name.back() <= '9') || name.back() == '.')) {
    name.remove_suffix(1);
  }
  return name == "node" || name == "nodejs" || name == "bun";
}

bool all_digits(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<std::string> javascript_working_directories() {
  std::vector<std::string> directories;
  for_each_entry("/proc", [&](const DirectoryEntry& entry) {
    if (!all_digits(entry.name)) return true;
    const std::string process = join("/proc", entry.name);
    if (!is_javascript_runtime(read_link(process + "/exe"))) return true;
    const std::string link = process + "/cwd";
    std::string directory = read_link(link);
    const FileFacts through_link = facts_of(link, Links::follow);
    const FileFacts by_path = facts_of(directory);
    if (by_path.kind == FileKind::directory && by_path.identity == through_link.identity) {
      directories.push_back(std::move(directory));
    }
    return true;
  });
  std::sort(directories.begin(), directories.end());
  directories.erase(std::unique(directories.begin(), directories.end()), directories.end());
  return directories;
}

}  // namespace wasession::observe

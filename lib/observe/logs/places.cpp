#include "observe/logs/places.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "model/glob.h"
#include "observe/files/files.h"

namespace wasession::observe::logs {
namespace {

/// A directory and the names of the logs in it.
struct Place {
  std::string_view directory;
  std::string_view names;  ///< a glob
};
/// OpenClaw's file log: 2026.2 in a fixed place, 2026.9 in the temporary directory where that one
/// is not its own. Rotated ones end in `.1.log` to `.5.log`.
constexpr std::string_view kTemporary = "/tmp";
constexpr std::string_view kOpenClawDirectories = "openclaw*";
constexpr std::string_view kOpenClawLogs = "openclaw-*.log*";
/// Below a home directory.
constexpr std::array kHomePlaces = {
    Place{".openclaw/logs", "gateway*.log*"},         // launchd, OpenClaw 2026.2
    Place{"Library/Logs/openclaw", "gateway*.log*"},  // launchd, OpenClaw 2026.9
    Place{".pm2/logs", "*.log*"},
};
/// Below OPENCLAW_STATE_DIR and the state directory of a profile.
constexpr Place kStatePlace = {"logs", "gateway*.log*"};
constexpr std::string_view kStateDirectories = ".openclaw-*";

class Finder {
 public:
  void add(const std::string& directory, std::string_view names) {
    for_each_entry(directory, [&](const DirectoryEntry& entry) {
      if (glob_matches(names, entry.name)) found_.push_back(join(directory, entry.name));
      return found_.size() < kMostLogs;
    });
  }

  /// The same in every directory of `parent` with such a name.
  void add_below(const std::string& parent, std::string_view directories, std::string_view below,
                 std::string_view names) {
    std::vector<std::string> found;
    for_each_entry(parent, [&](const DirectoryEntry& entry) {
      if (glob_matches(directories, entry.name)) found.push_back(join(parent, entry.name));
      return found.size() < kMostLogs;
    });
    for (const std::string& directory : found) {
      add(below.empty() ? directory : join(directory, below), names);
    }
  }

  std::vector<std::string> take() {
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  static constexpr std::size_t kMostLogs = 1000;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> usual_log_files(const Snapshot& snapshot, const Environment& environment) {
  Finder finder;
  std::vector<std::string> temporary = {std::string(kTemporary)};
  if (const auto chosen = environment.get("TMPDIR")) {
    temporary.push_back(normal_path(*chosen, environment.working_directory));
  }
  for (const std::string& directory : temporary) {
    finder.add_below(directory, kOpenClawDirectories, "", kOpenClawLogs);
  }
  std::vector<std::string> homes = environment.other_homes;
  homes.push_back(environment.home);
  for (const std::string& home : homes) {
    if (home.empty()) continue;
    for (const Place& place : kHomePlaces) finder.add(join(home, place.directory), place.names);
    finder.add_below(home, kStateDirectories, kStatePlace.directory, kStatePlace.names);
  }
  if (const auto state = environment.get("OPENCLAW_STATE_DIR")) {
    finder.add(join(normal_path(*state, environment.working_directory), kStatePlace.directory),
               kStatePlace.names);
  }
  (void)snapshot;
  return finder.take();
}

bool is_openclaw_file_log(std::string_view source) {
  return glob_matches(kOpenClawLogs, base_name(source));
}

bool is_openclaw_console(std::string_view source) {
  return source.starts_with(kJournalOf) || glob_matches(kStatePlace.names, base_name(source));
}

}  // namespace wasession::observe::logs

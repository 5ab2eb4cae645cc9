#include "observe/places/search.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "model/baileys_files.h"
#include "observe/files/files.h"
#include "observe/parallel.h"
#include "observe/places/openclaw.h"
#include "observe/places/openclaw_paths.h"
#include "observe/places/wacli.h"
#include "observe/session_ids.h"
#include "observe/stores/whatsmeow_database.h"

namespace wasession::observe {
namespace {

constexpr std::size_t kSqliteMagicSize = 16;

/// Large trees that hold no store of their own.
constexpr std::array<std::string_view, 2> kSkippedNames = {"node_modules", ".git"};
constexpr std::array<std::string_view, 3> kSkippedPaths = {"/proc", "/sys", "/dev"};

/// Endings of files that are never a database, so that a search opens few files. A backup of a
/// database may be called anything else.
constexpr std::array<std::string_view, 40> kNeverDatabases = {
    ".json", ".jsonl", ".js",  ".mjs",  ".cjs",  ".ts",   ".map", ".md",   ".txt",     ".log",
    ".html", ".css",   ".yml", ".yaml", ".toml", ".lock", ".py",  ".go",   ".c",       ".h",
    ".cc",   ".cpp",   ".o",   ".so",   ".a",    ".sh",   ".jpg", ".jpeg", ".png",     ".webp",
    ".gif",  ".mp4",   ".mp3", ".ogg",  ".opus", ".pdf",  ".gz",  "-wal",  "-journal", "-shm"};

bool may_be_database(std::string_view name) {
  return std::none_of(kNeverDatabases.begin(), kNeverDatabases.end(),
                      [name](std::string_view ending) { return name.ends_with(ending); });
}

bool is_skipped(const std::string& directory, std::string_view name) {
  if (std::find(kSkippedNames.begin(), kSkippedNames.end(), name) != kSkippedNames.end())
    return true;
  // What was purged is no credential of this machine any more.
  if (name == "quarantine" && base_name(directory) == "wasession") return true;
  return directory == "/" &&
         std::any_of(kSkippedPaths.begin(), kSkippedPaths.end(),
                     [name](std::string_view path) { return path.substr(1) == name; });
}

/// What one directory gave.
struct Visit {
  std::vector<Place> places;
  std::vector<std::string> subdirectories;
  std::vector<Warning> warnings;
  bool is_state_directory = false;
};

Place found_place(const std::string& path, StoreKind kind, const FileFacts& facts) {
  Place place = place_of_path(path, kind);
  place.identity = facts.identity;
  return place;
}

/// A file that can't be opened is worth a word when it is called like a database, or when it is
/// this process that has run out of something.
bool is_worth_a_warning(const std::string& path, int error) {
  constexpr std::array<std::string_view, 4> kDatabases = {".db", ".sqlite", ".sqlite3", ".db3"};
  if (error == EMFILE || error == ENFILE || error == EIO) return true;
  if (error != EACCES && error != EPERM) return false;
  return std::any_of(kDatabases.begin(), kDatabases.end(),
                     [&path](std::string_view ending) { return path.ends_with(ending); });
}

void add_if_database(const std::string& path, Visit& visit) {
  const FilePrefix prefix = read_prefix(path, kSqliteMagicSize);
  if (is_worth_a_warning(path, prefix.error)) {
    visit.warnings.push_back({path, fmt::format("can't be read: {}", std::strerror(prefix.error))});
  }
  if (!looks_like_sqlite(prefix.bytes)) return;
  visit.places.push_back(found_place(path, StoreKind::whatsmeow_database, facts_of(path)));
}

/// A directory that bears one of OpenClaw's names, or has its configuration in it.
bool is_state_directory_name(std::string_view name) {
  return name.starts_with(openclaw::kProfilePrefix) ||
         std::find(openclaw::kStateDirectories.begin(), openclaw::kStateDirectories.end(), name) !=
             openclaw::kStateDirectories.end();
}

bool is_config_name(std::string_view name) {
  return std::find(openclaw::kConfigFiles.begin(), openclaw::kConfigFiles.end(), name) !=
         openclaw::kConfigFiles.end();
}

void visit_entry(const std::string& directory, const DirectoryEntry& entry, Visit& visit) {
  const std::string path = join(directory, entry.name);
  const FileKind kind = entry.kind == FileKind::missing ? facts_of(path).kind : entry.kind;
  if (kind == FileKind::directory) {
    if (!is_skipped(directory, entry.name)) visit.subdirectories.push_back(path);
    return;
  }
  if (kind != FileKind::regular) return;
  if (is_config_name(entry.name)) visit.is_state_directory = true;
  if (may_be_database(entry.name)) add_if_database(path, visit);
}

/// What a worker keeps between its visits.
struct Worker {
  SecretBuffer buffer;
  std::map<std::uint64_t, bool> counting_devices;

  bool has_no_subdirectories(const std::string& directory, const FileFacts& facts) {
    if (facts.links != 2) return false;
    const auto [known, is_new] = counting_devices.try_emplace(facts.identity.device, false);
    if (is_new) known->second = counts_subdirectories(directory);
    return known->second;
  }
};

/// `named`: the root of the search, which is listed in any case.
Visit visit_directory(const std::string& directory, bool named, Worker& worker) {
  Visit visit;
  BaileysReading reading = read_baileys_directory(directory, worker.buffer);
  if (reading.health == CredsHealth::unreachable) {
    visit.warnings.push_back(
        {directory, "can't be searched: " + reading.credential.problems.front()});
    return visit;
  }
  const bool has_creds = reading.health != CredsHealth::absent;
  const FileFacts facts = facts_of(directory);
  if (has_creds) {
    visit.places.push_back(found_place(directory, StoreKind::baileys_directory, facts));
    visit.places.back().reading = std::make_shared<BaileysReading>(std::move(reading));
    if (!named && worker.has_no_subdirectories(directory, facts)) return visit;
  }
  bool has_backup = false;
  const int error = for_each_entry(directory, [&](const DirectoryEntry& entry) {
    has_backup = has_backup || entry.name == kCredsBackup;
    visit_entry(directory, entry, visit);
    return true;
  });
  if (error != 0) {
    visit.warnings.push_back(
        {directory, fmt::format("can't be searched: {}", std::strerror(error))});
  }
  if (has_backup && !has_creds) {
    visit.places.push_back(found_place(directory, StoreKind::baileys_directory, facts));
  }
  return visit;
}

/// The same, where nothing that goes wrong with one directory ends the search.
Visit visit_safely(const std::string& directory, bool named, Worker& worker) {
  try {
    return visit_directory(directory, named, worker);
  } catch (const std::exception& error) {
    Visit visit;
    visit.warnings.push_back({directory, fmt::format("can't be searched: {}", error.what())});
    return visit;
  }
}

template <typename T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  if (to.empty() && to.capacity() < from.size()) {
    to = std::move(from);
    return;
  }
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

bool is_below(std::string_view path, std::string_view root) {
  return root == "/" || path == root || (path.starts_with(root) && path[root.size()] == '/');
}

/// OpenClaw's own rules for a state directory that the search came across; its configuration may
/// name directories elsewhere, which this search was not asked for.
void add_state_directory(const std::string& directory, const std::string& root,
                         const Environment& environment, Places& found) {
  Places inside = openclaw_places_in(directory, environment);
  for (Place& place : inside.places) {
    const std::string resolved = resolve(place.path);
    if (is_below(resolved.empty() ? place.path : resolved, root)) {
      found.places.push_back(std::move(place));
    }
  }
  append(found.warnings, std::move(inside.warnings));
}

/// The directory of an account below a state directory, as OpenClaw's own rules would name it.
Place openclaw_account(const std::string& path, std::string_view state_directory) {
  Place place;
  place.tool = Tool::openclaw;
  place.path = path;
  place.name = base_name(path);
  const std::string_view state_name = base_name(state_directory);
  if (state_name.starts_with(openclaw::kProfilePrefix)) {
    place.profile = state_name.substr(openclaw::kProfilePrefix.size());
  }
  place.qualifiers = parent_names(join(state_directory, "x"));
  return place;
}

Warning limit_warning(const std::string& root, const SearchLimits& limits) {
  return {root,
          fmt::format("not searched to the end: more than {} levels or {} directories; name a "
                      "directory further down with --root",
                      limits.depth, limits.directories)};
}

}  // namespace

Places search(const std::string& root, const SearchLimits& limits, const Environment& environment,
              Progress& progress) {
  Places found;
  std::vector<std::string> state_directories;
  std::vector<Place> loose;
  std::vector<std::string> level = {root};
  std::vector<Worker> workers(worker_count());
  std::size_t visited = 0;
  for (std::size_t depth = 0; !level.empty(); ++depth) {
    const bool too_many = visited + level.size() > limits.directories;
    if (too_many) level.resize(limits.directories - visited);
    // A working directory is looked at a few levels deep only, and that is no news.
    if (too_many || (depth > limits.depth && limits.warn_about_depth)) {
      found.warnings.push_back(limit_warning(root, limits));
    }
    if (depth > limits.depth) break;
    visited += level.size();
    std::vector<Visit> visits(level.size());
    parallel_for(level.size(), [&](std::size_t i, std::size_t worker) {
      visits[i] = visit_safely(level[i], depth == 0, workers[worker]);
      progress.directories_searched.fetch_add(1, std::memory_order_relaxed);
    });
    std::vector<std::string> next;
    loose.reserve(loose.size() + visits.size());
    for (std::size_t i = 0; i < visits.size(); ++i) {
      if (visits[i].is_state_directory || is_state_directory_name(base_name(level[i]))) {
        state_directories.push_back(level[i]);
      }
      append(loose, std::move(visits[i].places));
      append(next, std::move(visits[i].subdirectories));
      append(found.warnings, std::move(visits[i].warnings));
    }
    level = std::move(next);
  }
  // The tools' own rules first: whoever meets a directory twice keeps the better name.
  for (const std::string& directory : state_directories) {
    add_state_directory(directory, root, environment, found);
  }
  append(found.places, std::move(loose));
  return found;
}

Place place_of_path(const std::string& path, StoreKind kind) {
  if (kind == StoreKind::whatsmeow_database) {
    if (auto place = wacli_place_at(path)) return *std::move(place);
    Place place;
    place.tool = Tool::whatsmeow;
    place.kind = kind;
    place.path = path;
    place.name = base_name(path);
    if (const auto dot = place.name.rfind('.'); dot != std::string::npos && dot > 0) {
      place.name.resize(dot);
    }
    return place;
  }
  const std::string_view parent = parent_path(path);
  if (base_name(parent) == openclaw::kWhatsapp &&
      base_name(parent_path(parent)) == openclaw::kCredentials) {
    return openclaw_account(path, parent_path(parent_path(parent)));
  }
  Place place;
  place.path = path;
  place.name = base_name(path);
  return place;
}

}  // namespace wasession::observe

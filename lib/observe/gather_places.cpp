#include "observe/gather_places.h"

#include <iterator>

#include "model/baileys_files.h"
#include "observe/files/files.h"
#include "observe/places/openclaw.h"
#include "observe/places/search.h"
#include "observe/places/wacli.h"
#include "observe/places/wacli_paths.h"
#include "observe/processes/processes.h"

namespace wasession::observe {
namespace {

template <typename T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  if (to.empty()) {
    to = std::move(from);
  } else {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }
}

void append(Places& to, Places&& from) {
  append(to.places, std::move(from.places));
  append(to.warnings, std::move(from.warnings));
}

/// A file that was named: a database, or the creds.json of an auth directory.
Place place_of_file(const std::string& path) {
  const std::string_view name = base_name(path);
  Place place = name == kCredsFile || name == kCredsBackup
                    ? place_of_path(std::string(parent_path(path)), StoreKind::baileys_directory)
                    : place_of_path(path, StoreKind::whatsmeow_database);
  place.expected = true;
  return place;
}

void add_root(const std::string& root, const Environment& environment, Progress& progress,
              Places& found) {
  const std::string resolved = resolve(root);
  const FileFacts facts = facts_of(resolved.empty() ? root : resolved);
  if (facts.kind == FileKind::directory) {
    append(found, search(resolved, kNamedDirectory, environment, progress));
  } else if (facts.kind == FileKind::regular) {
    found.places.push_back(place_of_file(resolved));
  } else {
    found.warnings.push_back(
        {root, std::string("can't be searched: it is ") + std::string(describe(facts.kind))});
  }
}

/// True when nothing speaks against an auth directory in which nothing is saved yet.
bool may_be_unpaired(const std::string& directory) {
  bool only_key_files = true;
  for_each_entry(directory, [&](const DirectoryEntry& entry) {
    only_key_files = entry.name.starts_with('.') || is_key_file(entry.name);
    return only_key_files;
  });
  return only_key_files;
}

/// A path given as a SESSION: an auth directory, a database, or a directory with a session.db.
void add_named_store(const std::string& path, Places& found) {
  const FileFacts facts = facts_of(path, Links::follow);
  if (facts.kind == FileKind::regular) {
    found.places.push_back(place_of_file(path));
  }
  if (facts.kind != FileKind::directory) return;
  Place directory = place_of_path(path, StoreKind::baileys_directory);
  Place database = place_of_path(join(path, kWacliDatabase), StoreKind::whatsmeow_database);
  directory.expected = facts_of(database.path).kind == FileKind::missing && may_be_unpaired(path);
  found.places.push_back(std::move(directory));
  found.places.push_back(std::move(database));
}

Place remembered_place(const registry::RememberedStore& store) {
  Place place = place_of_path(store.path, store.kind);
  place.tool = store.tool;
  place.name = store.name;
  return place;
}

}  // namespace

Places gather_places(const Scope& scope, const Environment& environment,
                     const std::vector<registry::RememberedStore>& remembered,
                     const ProcessTable& processes, Progress& progress) {
  Places found;
  if (!scope.only_roots) {
    append(found, openclaw_places(environment));
    append(found, wacli_places(environment));
    for (Place& place : found.places) place.usual = true;
  }
  for (const std::string& root : scope.roots) add_root(root, environment, progress, found);
  for (const std::string& path : scope.named_stores) {
    add_named_store(path, found);
  }
  if (!scope.only_roots) {
    for (const std::string& directory : javascript_working_directories(processes)) {
      const SearchLimits& limits = directory == "/" ? kWholeMachine : kWorkingDirectory;
      append(found, search(directory, limits, environment, progress));
    }
    for (const auto& store : remembered) found.places.push_back(remembered_place(store));
  }
  return found;
}

}  // namespace wasession::observe

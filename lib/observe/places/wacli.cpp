#include "observe/places/wacli.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "observe/files/files.h"
#include "observe/places/wacli_config.h"
#include "observe/places/wacli_paths.h"
#include "observe/session_ids.h"

namespace wasession::observe {
namespace {

constexpr std::size_t kMostOrphans = 10'000;

/// `alice`, `home` for /home/alice: the directory's name, then its parents'.
std::vector<std::string> names_upward(const std::string& directory) {
  return parent_names(join(directory, kWacliDatabase));
}

Place place_in(const std::string& store, std::string_view name, bool configured) {
  Place place;
  place.tool = Tool::wacli;
  place.kind = StoreKind::whatsmeow_database;
  place.path = join(store, kWacliDatabase);
  place.name = name;
  place.configured = configured;
  return place;
}

/// `base/path`, or the path alone when it is absolute.
std::string below(const std::string& base, const std::string& path) {
  return path.starts_with('/') ? path : join(base, path);
}

class Finder {
 public:
  void look_into_base(const std::string& base) {
    const FileFacts facts = facts_of(base, Links::follow);
    if (facts.kind == FileKind::missing) return;
    const std::vector<std::string> qualifiers = names_upward(base);
    add_if_there(qualified(place_in(base, kWacliDefaultAccount, true), qualifiers));

    WacliConfig config = read_wacli_config(join(base, kWacliConfig));
    std::move(config.warnings.begin(), config.warnings.end(), std::back_inserter(found_.warnings));
    const std::string accounts = join(base, kWacliAccounts);
    for (const WacliAccount& account : config.accounts) {
      const std::string store =
          account.store.empty() ? join(accounts, account.name) : below(base, account.store);
      add(qualified(place_in(store, account.name, true), qualifiers));
    }
    for (const std::string& name : orphans_in(accounts)) {
      add_if_there(qualified(place_in(join(accounts, name), name, false), qualifiers));
    }
  }

  void look_into_store(const std::string& store) {
    add_if_there(place_in(store, base_name(store), true));
  }

  Places found() && { return std::move(found_); }

 private:
  static Place qualified(Place place, const std::vector<std::string>& qualifiers) {
    place.qualifiers = qualifiers;
    return place;
  }

  std::vector<std::string> orphans_in(const std::string& accounts) {
    std::vector<std::string> names;
    const int error = for_each_entry(accounts, [&](const DirectoryEntry& entry) {
      names.emplace_back(entry.name);
      return names.size() < kMostOrphans;
    });
    if (error != 0 && error != ENOENT && error != ENOTDIR) warn_of(accounts, error);
    if (names.size() == kMostOrphans) {
      found_.warnings.push_back(
          {accounts, fmt::format("only its first {} entries are looked into", kMostOrphans)});
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  void add_if_there(Place place) {
    const FileFacts facts = facts_of(place.path);
    if (facts.kind == FileKind::unreachable) warn_of(place.path, facts.error);
    if (facts.kind == FileKind::missing || facts.kind == FileKind::unreachable) return;
    add(std::move(place));
  }

  /// The first way to a database names it, but a configured name beats a directory's.
  void add(Place place) {
    std::error_code unresolved;
    std::string real = std::filesystem::weakly_canonical(place.path, unresolved).string();
    if (unresolved) real = place.path;
    const auto [known, is_new] = positions_.emplace(std::move(real), found_.places.size());
    if (is_new) {
      found_.places.push_back(std::move(place));
    } else if (Place& earlier = found_.places[known->second];
               place.configured && !earlier.configured) {
      earlier = std::move(place);
    }
  }

  void warn_of(const std::string& path, int error) {
    found_.warnings.push_back({path, fmt::format("can't be looked at: {}", std::strerror(error))});
  }

  Places found_;
  std::unordered_map<std::string, std::size_t> positions_;  ///< by real path
};

}  // namespace

Places wacli_places(const Environment& environment) {
  Finder finder;
  const auto state_home = environment.get(kWacliStateHomeVariable);
  if (state_home && state_home->starts_with('/')) {
    finder.look_into_base(join(*state_home, kWacliNameInStateHome));
  }
  std::vector<std::string> homes{environment.home};
  homes.insert(homes.end(), environment.other_homes.begin(), environment.other_homes.end());
  for (const std::string& home : homes) {
    if (home.empty()) continue;
    finder.look_into_base(join(home, kWacliStateDirectory));
    finder.look_into_base(join(home, kWacliDotDirectory));
  }
  if (const auto store = environment.get(kWacliStoreVariable)) {
    finder.look_into_store(below(environment.working_directory, *store));
  }
  return std::move(finder).found();
}

std::optional<Place> wacli_place_at(const std::string& path) {
  if (base_name(path) != kWacliDatabase) return std::nullopt;
  const std::string store(parent_path(path));
  const auto has = [](const std::string& directory, std::string_view name) {
    return facts_of(join(directory, name)).kind != FileKind::missing;
  };
  if (!has(store, kWacliMessages) && !has(store, kWacliLock) && !has(store, kWacliHeartbeat)) {
    return std::nullopt;
  }
  const std::string_view name = base_name(store);
  const std::string accounts(parent_path(store));
  if (base_name(accounts) == kWacliAccounts) {
    Place place = place_in(store, name, false);
    place.qualifiers = names_upward(std::string(parent_path(accounts)));
    return place;
  }
  const bool base = name == kWacliDotDirectory || name == kWacliNameInStateHome ||
                    has(store, kWacliConfig) || has(store, kWacliAccounts);
  Place place = place_in(store, base ? kWacliDefaultAccount : name, false);
  place.qualifiers = names_upward(base ? store : accounts);
  return place;
}

}  // namespace wasession::observe

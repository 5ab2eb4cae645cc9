#include "observe/places/openclaw.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "observe/files/files.h"
#include "observe/places/openclaw_accounts.h"
#include "observe/places/openclaw_paths.h"
#include "observe/places/openclaw_state.h"

namespace wasession::observe {
namespace {

using namespace openclaw;

bool is_directory(const std::string& path) {
  return facts_of(path, Links::follow).kind == FileKind::directory;
}

bool is_file(const std::string& path) {
  return facts_of(path, Links::follow).kind == FileKind::regular;
}

/// `c, b, a` of `/a/b/c`.
std::vector<std::string> components_upwards(const std::string& path) {
  std::vector<std::string> components;
  for (const auto& component : std::filesystem::path(path).relative_path()) {
    if (!component.empty()) components.push_back(component.string());
  }
  std::reverse(components.begin(), components.end());
  return components;
}

/// What tells this credentials directory's accounts from equally named ones: the state directory,
/// or, where OPENCLAW_OAUTH_DIR put it elsewhere, the directory itself.
std::vector<std::string> qualifiers_of(const std::string& credentials) {
  const bool below_state = base_name(credentials) == kCredentials;
  return components_upwards(below_state ? std::string(parent_path(credentials)) : credentials);
}

Place make_place(std::string path, std::string name, const std::string& profile,
                 std::vector<std::string> qualifiers) {
  Place place;
  place.tool = Tool::openclaw;
  place.path = std::move(path);
  place.name = std::move(name);
  place.profile = profile;
  place.qualifiers = std::move(qualifiers);
  return place;
}

/// Names of the real sub-directories; OpenClaw follows no symbolic link here either.
std::vector<std::string> subdirectories(const std::string& directory,
                                        std::vector<Warning>& warnings) {
  std::vector<std::string> names;
  const int error = for_each_entry(directory, [&](const DirectoryEntry& entry) {
    FileKind kind = entry.kind;
    if (kind == FileKind::missing) kind = facts_of(join(directory, entry.name)).kind;
    if (kind == FileKind::directory) names.emplace_back(entry.name);
    return true;
  });
  warn_unlisted(directory, error, warnings);
  std::sort(names.begin(), names.end());
  return names;
}

/// True when the problem may hide an account or its directory. The rest of a configuration (models,
/// other channels) often names variables that only the gateway's service sets.
bool concerns_accounts(const ConfigProblem& problem) {
  constexpr std::array<std::string_view, 8> kParts{"",
                                                   "channels",
                                                   "channels.whatsapp",
                                                   "channels.whatsapp.accounts",
                                                   "channels.whatsapp.authDir",
                                                   "channels.whatsapp.defaultAccount",
                                                   "env",
                                                   "env.vars"};
  constexpr std::string_view kAccount = "channels.whatsapp.accounts.";
  const std::string_view where = problem.where;
  if (std::find(kParts.begin(), kParts.end(), where) != kParts.end()) return true;
  if (!where.starts_with(kAccount)) return false;
  return where.ends_with(".authDir") || where.find('.', kAccount.size()) == std::string_view::npos;
}

class Survey {
 public:
  Places take() { return std::move(found_); }
  std::vector<Warning>& warnings() { return found_.warnings; }

  void add_state(StateDirectory state) {
    std::vector<ConfiguredAccount> accounts = read_accounts(state);
    const std::vector<std::string> credentials = credentials_directories(state);
    for (const ConfiguredAccount& account : accounts) add_account(account, credentials, state);
    for (const std::string& directory : credentials) add_unnamed(directory, state.profile);
  }

 private:
  /// OpenClaw reads one configuration. Which one depends on how it was started, so all that may be
  /// meant are read: OPENCLAW_CONFIG_PATH and the state directory's own.
  static std::vector<std::string> config_files(const StateDirectory& state) {
    std::vector<std::string> files;
    const auto add_first_of = [&](const std::string& directory) {
      for (const auto name : kConfigFiles) {
        const std::string path = join(directory, name);
        if (facts_of(path, Links::follow).kind == FileKind::missing) continue;
        if (std::find(files.begin(), files.end(), path) == files.end()) files.push_back(path);
        return true;
      }
      return false;
    };
    for (const auto variable : {kConfigVariable, kLegacyConfigVariable}) {
      const auto value = Environment{state.variables, {}, {}, {}, {}}.get(variable);
      if (!value) continue;
      const auto meanings = meanings_of_path(*value, state);
      const auto existing = std::find_if(meanings.begin(), meanings.end(), is_file);
      files.push_back(existing != meanings.end() ? *existing : meanings.front());
      break;
    }
    bool found = add_first_of(state.path) || !files.empty();
    // Without one, 2026.2 goes on to the default state directories.
    if (!state.active || !state.profile.empty()) return files;
    for (const std::string& home : state.homes) {
      for (const auto name : kStateDirectories) {
        if (found) return files;
        found = add_first_of(join(home, name));
      }
    }
    return files;
  }

  /// Also takes over the variables that the configurations set.
  std::vector<ConfiguredAccount> read_accounts(StateDirectory& state) {
    std::vector<ConfiguredAccount> accounts;
    bool any_found = false;
    for (const std::string& file : config_files(state)) {
      OpenclawConfig config = load_openclaw_config(file, state.variables);
      if (!config.found) {
        warnings().push_back(
            {file,
             "is named by OPENCLAW_CONFIG_PATH and does not exist, so accounts that only it "
             "would name are missing here"});
        continue;
      }
      any_found = true;
      state.variables = std::move(config.variables);
      for (ConfiguredAccount& account : configured_accounts(config, file)) {
        accounts.push_back(std::move(account));
      }
      for (const ConfigProblem& problem : config.problems) {
        if (concerns_accounts(problem)) {
          add_warning({problem.file, "OpenClaw's configuration " + problem.what});
        }
      }
    }
    if (!any_found) accounts.push_back({std::string(kDefaultAccount), false, {}, false, false});
    return accounts;
  }

  /// The one that this environment leads to comes first; the state directory's own may hold
  /// credentials from before.
  static std::vector<std::string> credentials_directories(const StateDirectory& state) {
    std::vector<std::string> directories;
    if (const auto value = Environment{state.variables, {}, {}, {}, {}}.get(kOauthVariable)) {
      const auto meanings = meanings_of_path(*value, state);
      std::copy_if(meanings.begin(), meanings.end(), std::back_inserter(directories), is_directory);
      if (directories.empty()) directories.push_back(meanings.front());
    }
    const std::string own = join(state.path, kCredentials);
    if (std::find(directories.begin(), directories.end(), own) == directories.end()) {
      directories.push_back(own);
    }
    return directories;
  }

  /// OpenClaw's first layout kept the default account's files beside everything else in
  /// `credentials/`, and that is still its auth directory until `whatsapp/default` has credentials.
  static bool uses_flat_layout(const std::string& credentials) {
    const std::string account = join(join(credentials, kWhatsapp), kDefaultAccount);
    return is_file(join(credentials, kCredsFile)) && !is_file(join(account, kCredsFile));
  }

  void add_account(const ConfiguredAccount& account, const std::vector<std::string>& credentials,
                   const StateDirectory& state) {
    std::vector<Place> candidates;
    const auto add = [&](std::string path, std::vector<std::string> qualifiers) {
      candidates.push_back(
          make_place(std::move(path), account.id, state.profile, std::move(qualifiers)));
      candidates.back().configured = true;
      candidates.back().disabled = account.disabled;
    };
    if (account.auth_directory) {
      for (const std::string& path : meanings_of_path(*account.auth_directory, state)) {
        add(path, components_upwards(std::string(parent_path(path))));
      }
    }
    if (!account.own_auth_directory) {
      for (const std::string& directory : credentials) {
        if (account.id == kDefaultAccount && uses_flat_layout(directory)) {
          add(directory, components_upwards(directory));
        } else {
          add(join(join(directory, kWhatsapp), account.id), qualifiers_of(directory));
        }
      }
    }
    const Place likeliest = candidates.front();
    std::erase_if(candidates, [](const Place& place) { return !is_directory(place.path); });
    if (candidates.empty() && account.named) candidates.push_back(likeliest);
    for (Place& place : candidates) add_place(std::move(place));
  }

  /// What OpenClaw's own rules find in a credentials directory without a configuration.
  void add_unnamed(const std::string& credentials, const std::string& profile) {
    const auto qualifiers = qualifiers_of(credentials);
    for (const auto name : {kCredsFile, kCredsBackupFile}) {
      if (!is_file(join(credentials, name))) continue;
      add_place(make_place(credentials, std::string(kDefaultAccount), profile,
                           components_upwards(credentials)));
    }
    const std::string whatsapp = join(credentials, kWhatsapp);
    for (const std::string& name : subdirectories(whatsapp, warnings())) {
      const std::string path = join(whatsapp, name);
      if (name.ends_with(kLockSuffix) && !is_file(join(path, kCredsFile))) continue;
      add_place(make_place(path, name, profile, qualifiers));
    }
    const std::string calls = join(credentials, kCalls);
    for (const std::string& name : subdirectories(calls, warnings())) {
      const std::string path = join(join(calls, name), kCallsDatabase);
      if (!is_file(path)) continue;
      Place place = make_place(path, "calls/" + name, profile, qualifiers);
      place.kind = StoreKind::whatsmeow_database;
      place.configured = true;
      add_place(std::move(place));
    }
  }

  /// A path is given once, under the name that came first, and is configured if anybody says so.
  void add_place(Place place) {
    std::string resolved = resolve(place.path);
    if (resolved.empty()) resolved = place.path;
    const auto [known, is_new] = positions_.emplace(std::move(resolved), found_.places.size());
    if (is_new) {
      found_.places.push_back(std::move(place));
    } else {
      Place& earlier = found_.places[known->second];
      earlier.configured = earlier.configured || place.configured;
    }
  }

  /// Two state directories may share a configuration.
  void add_warning(Warning warning) {
    const bool known =
        std::any_of(found_.warnings.begin(), found_.warnings.end(), [&](const Warning& earlier) {
          return earlier.path == warning.path && earlier.what == warning.what;
        });
    if (!known) found_.warnings.push_back(std::move(warning));
  }

  Places found_;
  std::map<std::string, std::size_t> positions_;  ///< by resolved path
};

}  // namespace

Places openclaw_places(const Environment& environment) {
  Survey survey;
  for (StateDirectory& state : state_directories(environment, survey.warnings())) {
    survey.add_state(std::move(state));
  }
  return survey.take();
}

Places openclaw_active_places(const Environment& environment) {
  Survey survey;
  for (StateDirectory& state : state_directories(environment, survey.warnings())) {
    if (state.active) survey.add_state(std::move(state));
  }
  return survey.take();
}

Places openclaw_places_in(const std::string& state_directory, const Environment& environment) {
  Survey survey;
  survey.add_state(state_directory_at(state_directory, environment));
  return survey.take();
}

}  // namespace wasession::observe

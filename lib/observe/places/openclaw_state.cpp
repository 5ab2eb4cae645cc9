#include "observe/places/openclaw_state.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "observe/files/files.h"
#include "observe/places/openclaw_names.h"
#include "observe/places/openclaw_paths.h"

namespace wasession::observe::openclaw {
namespace {

bool is_directory(const std::string& path) {
  return facts_of(path, Links::follow).kind == FileKind::directory;
}

std::string profile_of(std::string_view state_path) {
  std::string_view name = base_name(state_path);
  if (!name.starts_with(kProfilePrefix)) return {};
  name.remove_prefix(kProfilePrefix.size());
  return is_plain_name(name) ? std::string(name) : std::string();
}

bool is_state_name(std::string_view name) {
  return std::find(kStateDirectories.begin(), kStateDirectories.end(), name) !=
         kStateDirectories.end();
}

/// `path` with each meaning of a leading `~`.
std::vector<std::string> expand_home(const std::string& path,
                                     const std::vector<std::string>& homes) {
  if (path != "~" && !path.starts_with("~/")) return {path};
  std::vector<std::string> expanded;
  for (const std::string& home : homes) expanded.push_back(home + path.substr(1));
  return expanded;
}

/// The environment's home directories, OPENCLAW_HOME first. OpenClaw ignores the words "undefined"
/// and "null", which scripts leave there by mistake.
std::vector<std::string> homes_of(const Environment& environment) {
  std::vector<std::string> homes;
  const std::string& base = environment.working_directory;
  const auto own = environment.get(kHomeVariable);
  const std::string home = environment.home.empty() ? base : normal_path(environment.home, base);
  if (own && *own != "undefined" && *own != "null") {
    homes.push_back(normal_path(expand_home(*own, {home}).front(), base));
  }
  if (homes.empty() || homes.front() != home) homes.push_back(home);
  return homes;
}

void add_missing(Variables& variables, const Variables& more) {
  for (const auto& [name, value] : more) variables.emplace(name, value);
}

/// Neither `.env` file overrides what is set. 2026.2 reads the working directory's first.
Environment with_workspace_dotenv(const Environment& environment) {
  Environment result = environment;
  add_missing(result.variables, read_dotenv(join(environment.working_directory, kDotenvFile)));
  return result;
}

/// Another user's configuration must not be filled in with this user's variables.
Environment of_another_user(const std::string& home, Platform platform) {
  return {{}, home, home, platform, {}};
}

StateDirectory make_state(const std::string& path, bool active, const Environment& environment,
                          const std::vector<std::string>& homes) {
  StateDirectory state{
      path, profile_of(path), active, homes, environment.working_directory, environment.variables};
  if (!active) {
    for (const auto name : {kOauthVariable, kConfigVariable, kLegacyConfigVariable}) {
      state.variables.erase(std::string(name));
    }
  }
  add_missing(state.variables, read_dotenv(join(path, kDotenvFile)));
  const bool is_default = std::find(homes.begin(), homes.end(), parent_path(path)) != homes.end();
  if (is_default && base_name(path) == kStateDirectories.front()) {
    add_missing(state.variables, read_dotenv(join(homes.front(), kGatewayEnvFile)));
  }
  return state;
}

/// What a start of 2026.2 without any variable takes: the first that exists. 2026.9 takes the same,
/// or, where only `.moltbot` or `.moldbot` exists, a `.openclaw` that holds nothing yet.
std::string default_state(const std::string& home) {
  for (const auto name : kStateDirectories) {
    std::string path = join(home, name);
    if (is_directory(path)) return path;
  }
  return join(home, kStateDirectories.front());
}

/// What either generation takes under this environment.
std::vector<std::string> active_paths(const Environment& environment,
                                      const std::vector<std::string>& homes) {
  std::vector<std::string> paths;
  const auto add = [&](const std::string& path) {
    for (const std::string& expanded : expand_home(path, homes)) {
      paths.push_back(normal_path(expanded, environment.working_directory));
    }
  };
  if (const auto state = environment.get(kStateVariable)) {
    add(*state);
    return paths;
  }
  if (const auto state = environment.get(kLegacyStateVariable)) add(*state);
  const auto profile = environment.get(kProfileVariable);
  if (profile && *profile != kDefaultProfile && is_plain_name(*profile)) {
    for (const std::string& home : homes) {
      paths.push_back(join(home, std::string(kProfilePrefix) + *profile));
    }
  }
  for (const std::string& home : homes) paths.push_back(default_state(home));
  return paths;
}

/// All that lies in a home directory under a name of OpenClaw's.
std::vector<std::string> paths_in_home(const std::string& home, std::vector<Warning>& warnings) {
  std::vector<std::string> paths;
  for (const auto name : kStateDirectories) paths.push_back(join(home, name));
  std::vector<std::string> profiles;
  const int error = for_each_entry(home, [&](const DirectoryEntry& entry) {
    if (!profile_of(entry.name).empty()) profiles.push_back(join(home, entry.name));
    return true;
  });
  warn_unlisted(home, error, warnings);
  std::sort(profiles.begin(), profiles.end());
  paths.insert(paths.end(), profiles.begin(), profiles.end());
  return paths;
}

}  // namespace

void warn_unlisted(const std::string& directory, int error, std::vector<Warning>& warnings) {
  if (error == 0 || error == ENOENT || error == ENOTDIR) return;
  warnings.push_back(
      {directory, std::string("cannot be listed (") + std::strerror(error) +
                      "), so credentials in it may be missing here; run as its owner"});
}

std::vector<std::string> meanings_of_path(const std::string& path, const StateDirectory& state) {
  std::vector<std::string> meanings;
  const auto add = [&](const std::string& base) {
    for (const std::string& expanded : expand_home(path, state.homes)) {
      const std::string meaning = normal_path(expanded, base);
      if (std::find(meanings.begin(), meanings.end(), meaning) == meanings.end()) {
        meanings.push_back(meaning);
      }
    }
  };
  add(state.working_directory);
  for (const std::string& home : state.homes) add(home);
  return meanings;
}

std::vector<StateDirectory> state_directories(const Environment& environment,
                                              std::vector<Warning>& warnings) {
  std::vector<StateDirectory> states;
  std::set<std::string> seen;
  const auto add = [&](const std::string& path, bool active, const Environment& surroundings,
                       const std::vector<std::string>& homes) {
    if (!active && !is_directory(path)) return;
    const std::string resolved = resolve(path);
    if (seen.insert(resolved.empty() ? path : resolved).second) {
      states.push_back(make_state(path, active, surroundings, homes));
    }
  };
  const Environment own = with_workspace_dotenv(environment);
  const std::vector<std::string> homes = homes_of(own);
  for (const std::string& path : active_paths(own, homes)) add(path, true, own, homes);
  for (const std::string& home : homes) {
    for (const std::string& path : paths_in_home(home, warnings)) add(path, false, own, homes);
  }
  for (const std::string& home : environment.other_homes) {
    const Environment other = of_another_user(home, environment.platform);
    for (const std::string& path : paths_in_home(home, warnings)) add(path, false, other, {home});
  }
  return states;
}

StateDirectory state_directory_at(const std::string& path, const Environment& environment) {
  const Environment own = with_workspace_dotenv(environment);
  const std::vector<std::string> homes = homes_of(own);
  const std::string wanted = normal_path(path, environment.working_directory);
  const std::string resolved = resolve(wanted);
  const auto actives = active_paths(own, homes);
  const bool active = std::any_of(actives.begin(), actives.end(), [&](const std::string& each) {
    return each == wanted || (!resolved.empty() && resolve(each) == resolved);
  });
  const std::string home(parent_path(wanted));
  const bool has_home = !profile_of(wanted).empty() || is_state_name(base_name(wanted));
  if (!active && has_home && std::find(homes.begin(), homes.end(), home) == homes.end()) {
    return make_state(wanted, false, of_another_user(home, environment.platform), {home});
  }
  return make_state(wanted, active, own, homes);
}

}  // namespace wasession::observe::openclaw

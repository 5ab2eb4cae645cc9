/// Which state directories OpenClaw would use, and with which variables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/warning.h"
#include "observe/config/dotenv.h"
#include "observe/environment.h"

namespace wasession::observe::openclaw {

struct StateDirectory {
  std::string path;     ///< absolute
  std::string profile;  ///< of `~/.openclaw-<profile>`, else empty
  /// An OpenClaw started in this environment would use it, so the environment's
  /// OPENCLAW_OAUTH_DIR and OPENCLAW_CONFIG_PATH are about it.
  bool active = false;
  /// Whose it is: what `~` means, OPENCLAW_HOME first. Never empty.
  std::vector<std::string> homes;
  std::string working_directory;
  Variables variables;  ///< those of the environment, then of the `.env` files
};

/// Every state directory under the environment, the active ones first, each once however many
/// symbolic links lead to it. Only active ones may be missing.
std::vector<StateDirectory> state_directories(const Environment& environment,
                                              std::vector<Warning>& warnings);

/// The state directory at `path`, which counts as active when the environment's rules lead to it.
/// Below another home than the environment's, `~` is that home and no variable of this environment
/// counts.
StateDirectory state_directory_at(const std::string& path, const Environment& environment);

/// What a path in a variable or a configuration may mean, likeliest first: `~` is OPENCLAW_HOME in
/// 2026.9 and the home directory in 2026.2; a relative path starts at the gateway's working
/// directory, which for a service is the home directory.
std::vector<std::string> meanings_of_path(const std::string& path, const StateDirectory& state);

/// Warns of a directory that is there and cannot be listed; `error` is an errno.
void warn_unlisted(const std::string& directory, int error, std::vector<Warning>& warnings);

}  // namespace wasession::observe::openclaw

/// The WhatsApp accounts that a configuration of OpenClaw names.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "observe/config/openclaw_config.h"

namespace wasession::observe::openclaw {

struct ConfiguredAccount {
  std::string id;  ///< normalised
  /// False when only a rule of OpenClaw's says so: `default` where no account is named.
  bool named = false;
  /// `authDir` of the account, else of the channel (2026.9 gives it to every account without its
  /// own; 2026.2 does not know it), as it is written there.
  std::optional<std::string> auth_directory;
  /// The account's own `authDir` counts in both generations: nothing else can be meant.
  bool own_auth_directory = false;
  bool disabled = false;  ///< `enabled: false`, of the account or of the channel
};

/// `default` first, then by id. An `authDir` that cannot be used (a variable that is not set, not a
/// string) leaves the account without a directory, and is reported in `config.problems`.
std::vector<ConfiguredAccount> configured_accounts(OpenclawConfig& config, const std::string& file);

}  // namespace wasession::observe::openclaw

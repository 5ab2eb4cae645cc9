/// The names that wacli gives its files and variables (0.1 to 0.16, read in its source).
#pragma once

#include <cstddef>
#include <string_view>

namespace wasession::observe {

// Base directories. XDG_STATE_HOME counts when it is absolute (Linux, since 0.7.0).
constexpr std::string_view kWacliStateHomeVariable = "XDG_STATE_HOME";
constexpr std::string_view kWacliNameInStateHome = "wacli";
constexpr std::string_view kWacliStateDirectory = ".local/state/wacli";
constexpr std::string_view kWacliDotDirectory = ".wacli";

/// Names one store directory since 0.6.0; config.yaml stays where it is.
constexpr std::string_view kWacliStoreVariable = "WACLI_STORE_DIR";

// In the base directory.
constexpr std::string_view kWacliConfig = "config.yaml";
constexpr std::string_view kWacliAccounts = "accounts";

// In every store directory.
constexpr std::string_view kWacliDatabase = "session.db";  ///< the credential
constexpr std::string_view kWacliMessages = "wacli.db";    ///< the message mirror
constexpr std::string_view kWacliLock = "LOCK";            ///< flock; never deleted
constexpr std::string_view kWacliHeartbeat = "HEARTBEAT";  ///< the last time, 0.16

/// How the base directory's own store is called in a session id.
constexpr std::string_view kWacliDefaultAccount = "default";

}  // namespace wasession::observe

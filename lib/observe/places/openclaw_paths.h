/// OpenClaw's directory names, file names and variables (2026.2 and 2026.9; read in source).
#pragma once

#include <array>
#include <string_view>

namespace wasession::observe::openclaw {

/// Below the home directory, in the order in which 2026.2 tries them. 2026.9 knows the first two.
/// (`.moldbot` is no misspelling of ours.)
inline constexpr std::array<std::string_view, 4> kStateDirectories{".openclaw", ".clawdbot",
                                                                   ".moltbot", ".moldbot"};
/// `~/.openclaw-PROFILE`, made by `--profile PROFILE`.
inline constexpr std::string_view kProfilePrefix = ".openclaw-";
/// This profile has no directory of its own.
inline constexpr std::string_view kDefaultProfile = "default";

/// In a state directory, in the order in which 2026.2 tries them. 2026.9 knows the first two.
inline constexpr std::array<std::string_view, 4> kConfigFiles{"openclaw.json", "clawdbot.json",
                                                              "moltbot.json", "moldbot.json"};
inline constexpr std::string_view kDotenvFile = ".env";
/// Below the home directory; 2026.9 reads it after the state directory's `.env`.
inline constexpr std::string_view kGatewayEnvFile = ".config/openclaw/gateway.env";

/// The credentials directory ("oauthDir") of a state directory, and what lies in it.
inline constexpr std::string_view kCredentials = "credentials";
inline constexpr std::string_view kWhatsapp = "whatsapp";
inline constexpr std::string_view kCalls = "whatsapp-calls";
inline constexpr std::string_view kCallsDatabase = "wa-voip.db";
inline constexpr std::string_view kDefaultAccount = "default";
/// 2026.9's lock file beside an auth directory; proper-lockfile's lock directories in 2026.2.
inline constexpr std::string_view kLockSuffix = ".lock";
/// `<tmp>/openclaw-<uid>/gateway.<hash>.lock`; 2026.9 keeps it in `<state>/tmp/openclaw-<uid>/`.
inline constexpr std::string_view kTemporaryPrefix = "openclaw-";
inline constexpr std::string_view kTemporaryInState = "tmp";
inline constexpr std::string_view kGatewayLockPrefix = "gateway.";
/// What both generations rename their processes to: `openclaw-gateway`, `openclaw-channels`, …
inline constexpr std::string_view kProcessTitle = "openclaw";
inline constexpr std::string_view kTitlePrefix = "openclaw-";
inline constexpr std::string_view kGatewayTitle = "openclaw-gateway";
inline constexpr std::string_view kCredsFile = "creds.json";
inline constexpr std::string_view kCredsBackupFile = "creds.json.bak";

inline constexpr std::string_view kHomeVariable = "OPENCLAW_HOME";
inline constexpr std::string_view kProfileVariable = "OPENCLAW_PROFILE";
inline constexpr std::string_view kStateVariable = "OPENCLAW_STATE_DIR";
inline constexpr std::string_view kLegacyStateVariable = "CLAWDBOT_STATE_DIR";
inline constexpr std::string_view kConfigVariable = "OPENCLAW_CONFIG_PATH";
inline constexpr std::string_view kLegacyConfigVariable = "CLAWDBOT_CONFIG_PATH";
inline constexpr std::string_view kOauthVariable = "OPENCLAW_OAUTH_DIR";

}  // namespace wasession::observe::openclaw

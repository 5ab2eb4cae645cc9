/// The names that Baileys and OpenClaw give the files of an auth directory: the one table of them.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace wasession {

inline constexpr std::string_view kCredsFile = "creds.json";
/// OpenClaw's own copy of the last creds.json that parsed; it is restored at the next start when
/// creds.json is missing or empty (2026.2), or damaged in any way (2026.9).
inline constexpr std::string_view kCredsBackup = "creds.json.bak";

/// `<category>-<id>.json`, in 6.7.21, 7.0.0-rc.9 and 7.0.0-rc14 (baileys.md section 1).
inline constexpr std::array<std::string_view, 10> kKeyFilePrefixes = {"app-state-sync-key-",
                                                                      "app-state-sync-version-",
                                                                      "device-list-",
                                                                      "identity-key-",
                                                                      "lid-mapping-",
                                                                      "pre-key-",
                                                                      "sender-key-",
                                                                      "sender-key-memory-",
                                                                      "session-",
                                                                      "tctoken-"};

/// A creds.json is 1 to 4 KB; one with a long list of processed messages stays far below this.
inline constexpr std::size_t kLargestCreds = 8 * 1024 * 1024;

/// True for a key file of one of the categories; never for creds.json.
bool is_key_file(std::string_view name);

/// True for creds.json, its backup and key files: what lies directly in an auth directory.
bool is_credential_file(std::string_view name);

}  // namespace wasession

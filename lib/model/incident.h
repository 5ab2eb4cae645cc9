/// What logs tell of a session's past. Values only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/time.h"

namespace wasession {

/// disconnected: a connection was closed, or a login refused; the one kind that is counted.
/// gave_up: the program stopped trying. lock_refused: OpenClaw 2026.9 waits for a credential that
/// another process has locked. credential_missing: a program is connected and its creds.json is
/// gone (OpenClaw's heartbeat with `authAgeMs: null`). connected: a connection opened.
enum class IncidentKind { disconnected, gave_up, lock_refused, credential_missing, connected };

/// 440: replaced by another connection of the same credential (Baileys' number; whatsmeow has
/// none).
inline constexpr int kReplaced = 440;
/// 401: the device was removed from the account, or its login refused.
inline constexpr int kLoggedOut = 401;

/// Incident::reason of a 440 that the program brought on itself: it had just logged in a second
/// time while its first connection was open.
inline constexpr std::string_view kReplacedByItself = "replaced by itself";

/// One event, however many records a program wrote about it.
struct Incident {
  IncidentKind kind = IncidentKind::disconnected;
  Time at;
  int status = 0;       ///< as Baileys counts them (baileys.md section 7); 0: none given
  std::string reason;   ///< the program's short word for it: `conflict`; no secret, bounded
  std::string account;  ///< OpenClaw's account id, when the log allows to tell
  std::string phone;    ///< digits, when the log allows to tell
  std::optional<std::uint32_t> device;  ///< number of the linked device, likewise
  int pid = 0;                          ///< of the program that logged it, when it says so
  std::string source;                   ///< path of the log, or `journal of UNIT`
  std::uint64_t offset = 0;             ///< of the line's first byte, in the source

  bool operator==(const Incident&) const = default;
};

/// A log that was read, or could not be.
struct LogSource {
  std::string path;
  std::uint64_t bytes_read = 0;  ///< in this run: what an earlier one had read is not read again
  std::size_t incidents = 0;     ///< known of it, from this run and earlier ones
};

std::string_view to_string(IncidentKind kind);

}  // namespace wasession

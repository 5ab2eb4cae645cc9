/// OpenClaw's texts about WhatsApp connections, 2026.2 and 2026.9: the one place where they stand.
#pragma once

#include <array>
#include <string_view>

#include "observe/logs/sighting.h"

namespace wasession::observe::logs::openclaw {

/// `0` of a file record holds one of these as `subsystem`; both versions use both.
inline constexpr std::array<std::string_view, 2> kSubsystems = {"gateway/channels/whatsapp",
                                                                "channels/whatsapp"};
inline constexpr std::string_view kConsoleTag = "[whatsapp] ";
/// The console leaves this out at the beginning of a message.
inline constexpr std::string_view kMessagePrefix = "WhatsApp ";

inline constexpr std::string_view kReconnectModule = "web-reconnect";
inline constexpr std::string_view kHeartbeatModule = "web-heartbeat";
inline constexpr std::string_view kHeartbeat = "web gateway heartbeat";

/// A message of a subsystem, by how it begins (after kMessagePrefix).
struct Message {
  std::string_view begins;
  Sight sight = Sight::disconnected;
  int status = 0;  ///< of those that don't carry `(status N`
  bool gave_up = false;
};
inline constexpr std::array kMessages = {
    Message{"Web connection closed (status "},
    Message{"Web connection closed during setup (status "},
    Message{"Web watchdog is recovering a stale connection (status "},
    Message{"session logged out. Run ", Sight::disconnected, 401, true},
    Message{"session logged out during setup. Run ", Sight::disconnected, 401, true},
    Message{"Web reconnect: max attempts reached (", Sight::gave_up, 0, true},
    Message{"Listening for personal WhatsApp inbound messages", Sight::connected},
    Message{"Listening for WhatsApp inbound messages", Sight::connected},
};
inline constexpr std::string_view kStatus = "(status ";
/// 2026.9 after a 440; elsewhere in the same message when it does not try again.
inline constexpr std::string_view kYielded = ": session conflict)";
inline constexpr std::array<std::string_view, 2> kStops = {"Stopping web monitoring.",
                                                           " attempts. Relink with "};

/// Messages that begin with `[ACCOUNT] `.
inline constexpr std::string_view kStarting = "starting provider (";
inline constexpr std::string_view kExited = "channel exited: ";
inline constexpr std::string_view kNotRestarted = "auto-restart skipped, terminal disconnect";
/// What `channel exited` says further on.
inline constexpr std::string_view kLockRefused = "Another process owns this WhatsApp connection.";

/// A message of the module web-reconnect. All of them carry `status` beside them.
struct ModuleMessage {
  std::string_view text;
  Voice voice;
  bool gave_up = false;
  bool yielded = false;
};
inline constexpr std::array kModuleMessages = {
    ModuleMessage{"web reconnect: connection closed", Voice::closing},
    ModuleMessage{"web reconnect: scheduling retry", Voice::retrying},
    ModuleMessage{"web reconnect: max attempts reached; continuing in degraded mode",
                  Voice::retrying, true},
    ModuleMessage{"web reconnect: non-retryable close status; stopping monitor", Voice::retrying,
                  true, true},
    ModuleMessage{"web reconnect: setup status error; retrying", Voice::closing},
    ModuleMessage{"web reconnect: setup status error; max attempts reached", Voice::closing, true,
                  true},
};

}  // namespace wasession::observe::logs::openclaw

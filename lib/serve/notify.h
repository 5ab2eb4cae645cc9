/// Tells systemd how the service does, by the protocol of sd_notify(3): a datagram of `NAME=VALUE`
/// lines to the socket that $NOTIFY_SOCKET names.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "observe/files/descriptor.h"

namespace wasession::serve {

/// Without $NOTIFY_SOCKET every call does nothing. Nobody waits for systemd: what can't be sent at
/// once is lost, as the protocol allows.
class Notifier {
 public:
  /// `socket_path` as in $NOTIFY_SOCKET: absolute, or abstract when it begins with `@`.
  explicit Notifier(std::string socket_path);

  bool wanted() const { return static_cast<bool>(socket_); }
  void ready();
  void stopping();
  void alive();
  /// Sent when it differs from the one before; one line, whatever bytes it has.
  void status(const std::string& line);

 private:
  void send(std::string_view text);

  std::string path_;
  observe::Descriptor socket_;
  std::string last_status_;
};

/// How often systemd wants to hear of a living service: half of $WATCHDOG_USEC, as sd_watchdog
/// _enabled(3) advises. Nothing when it doesn't, or means another process by $WATCHDOG_PID.
std::optional<std::chrono::microseconds> watchdog_interval(const std::optional<std::string>& usec,
                                                           const std::optional<std::string>& pid,
                                                           int own_pid);

}  // namespace wasession::serve

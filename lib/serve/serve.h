/// `wasession serve`: answers over HTTP until it is told to stop.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "model/snapshot.h"
#include "observe/observe.h"
#include "serve/answers.h"
#include "serve/freshness.h"
#include "serve/listener.h"
#include "serve/notify.h"
#include "serve/routes.h"

namespace wasession::serve {

/// A closer look at the machine (logs, locks, permissions too), in which whoever was connected
/// `lately` counts as connected. May throw.
using Look = std::function<Snapshot(const observe::SeenConnections& lately)>;

struct Settings {
  Rules rules;
  Limits limits;
  Rendering rendering;
  std::string version;                                ///< of wasession
  std::optional<std::chrono::microseconds> watchdog;  ///< how often systemd wants to hear
  std::function<void(const std::string&)> complain;   ///< a failed look, for people
};

/// Looks once, tells systemd that it is ready, and serves until SIGTERM, SIGINT or SIGHUP. Then it
/// accepts no more, and answers in flight get a moment to end. One thread serves, another looks; it
/// looks only when somebody asks.
///
/// False when a look was still going on at the end: what `look` uses must outlive the process then,
/// which is to end at once, without destructors.
[[nodiscard]] bool serve(Listener listener, const Settings& settings, const Look& look,
                         Notifier& notifier);

}  // namespace wasession::serve

/// Sees who writes to stores (`--watch`), through the kernel's file notifications.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/process.h"
#include "model/session.h"
#include "model/warning.h"

namespace wasession::observe {

/// A file of a store was written and closed, or changed, by this process.
struct WriteSeen {
  ProcessIdentity process;
  std::size_t store = 0;  ///< position in `stores`
  std::string file;       ///< its name
};

struct WatchResult {
  std::vector<WriteSeen> writes;  ///< each process, store and file once
  std::vector<Warning> warnings;  ///< no permission, a store that could not be watched
};

/// Watches the stores for `duration` (until a signal asks to stop: `stop` is polled) and returns
/// who wrote to them: to creds.json and key files of an auth directory; to the database, its
/// journal and its write-ahead log. Needs CAP_SYS_ADMIN; without it a warning says so, at once.
/// Writers in another pid namespace that this one cannot see are left out with a warning.
WatchResult watch_writes(std::span<const Store> stores, std::chrono::milliseconds duration,
                         const volatile bool* stop);

}  // namespace wasession::observe

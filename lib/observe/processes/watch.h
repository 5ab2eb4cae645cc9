/// Sees who writes to stores (`--watch`), through the kernel's file notifications.
#pragma once

#include <chrono>
#include <csignal>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/process.h"
#include "model/session.h"
#include "model/warning.h"

namespace wasession::observe {

/// A file of a store was changed, or replaced by a rename, by this process.
struct WriteSeen {
  ProcessIdentity process;
  std::size_t store = 0;  ///< position in `stores`
  std::string file;       ///< its name

  auto operator<=>(const WriteSeen&) const = default;
};

struct WatchResult {
  std::vector<WriteSeen> writes;  ///< each process, store and file once
  std::vector<Warning> warnings;  ///< no permission, a store that could not be watched
};

/// True when a file of this name in the store's directory is changed by whoever uses the
/// credential, and not by a mere reader: creds.json, its backup and key files of an auth directory;
/// a database, its journal and its write-ahead log. (A reader of a database writes its `-shm`.)
bool is_written_by_holders(const Store& store, std::string_view file);

/// Watches the stores for `duration` (until a signal asks to stop: `stop`, which may be null, is
/// looked at when a signal comes, at each write, and 20 times a second) and returns who wrote to
/// them. Each new write is given to `seen`, when there is one; the watch ends when that returns
/// false. Needs CAP_SYS_ADMIN; without it a warning says so, at once. Writes of this process are
/// left out, as are those of a process that is gone before it can be identified. Writers in a pid
/// namespace that this one cannot see are left out with a warning. A directory that is made anew
/// meanwhile is not watched.
WatchResult watch_writes(std::span<const Store> stores, std::chrono::milliseconds duration,
                         const volatile std::sig_atomic_t* stop,
                         const std::function<bool(const WriteSeen&)>& seen = {});

}  // namespace wasession::observe

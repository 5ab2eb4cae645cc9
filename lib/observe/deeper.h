/// What costs more than a look: memory and time. Reads only.
#pragma once

#include <chrono>
#include <csignal>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "observe/observe.h"
#include "observe/processes/watch.h"

namespace wasession::observe {

/// Looks for the noise public keys of the sessions at `positions` in the memory of every process
/// that is a candidate: a holder of any session, connected to WhatsApp, or a JavaScript program.
/// Certain in a connected process, else possible. Where a credential is there in several stores,
/// the evidence goes to those that most ties the process to, else to the likeliest copy. What could
/// not be read is a warning.
void look_into_memories(Snapshot& snapshot, std::span<const std::size_t> positions,
                        const Scope& scope);

/// Who wrote to which store while it was watched.
struct SeenWrites {
  std::vector<WriteSeen> writes;
  std::vector<std::string> paths;  ///< of the stores that `writes` counts
  std::vector<Warning> warnings;
};

/// Watches the stores of the sessions at `positions` for `duration`, or until `*stop`. Without the
/// permission a warning says so, at once.
SeenWrites watch_stores(const Snapshot& snapshot, std::span<const std::size_t> positions,
                        std::chrono::seconds duration, const volatile std::sig_atomic_t* stop);

/// Adds what was seen to a Snapshot that was taken afterwards. A writer that has ended since is a
/// warning: it is no holder any more, and may come back.
void add_writes(Snapshot& snapshot, const SeenWrites& seen, const Scope& scope);

}  // namespace wasession::observe

/// Which sessions an incident can be about: a log line tells little of it.
#pragma once

#include <cstddef>
#include <vector>

#include "model/snapshot.h"

namespace wasession::judge {

/// Incidents that can be about the same sessions.
struct Suspects {
  /// Positions in Snapshot::sessions, ascending, never empty. Of more than one credential when the
  /// log does not tell which.
  std::vector<std::size_t> sessions;
  std::vector<std::size_t> incidents;  ///< positions in Snapshot::incidents, ascending
};

/// The incidents that `wanted` accepts, grouped. What the line tells narrows the sessions down:
/// phone and device, OpenClaw's account id, the process that wrote it, and whose log it is. Only
/// linked sessions are meant, and none that was linked after the incident: that is a new
/// credential. An incident that is about no session here is left out.
std::vector<Suspects> suspects_of(const Snapshot& snapshot, bool (*wanted)(const Incident&));

}  // namespace wasession::judge

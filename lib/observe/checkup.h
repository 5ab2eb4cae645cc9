/// The closer look that `doctor` takes at files: locks, permissions, backups. Reads only.
#pragma once

#include "model/snapshot.h"
#include "observe/environment.h"

namespace wasession::observe {

/// Fills in the Snapshot's condition, except for damaged_registry, which the caller knows.
void check_up(Snapshot& snapshot, const Environment& environment);

}  // namespace wasession::observe

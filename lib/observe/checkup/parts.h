/// The parts of the closer look, each of which fills in one list of the Snapshot's condition.
#pragma once

#include "model/snapshot.h"
#include "observe/environment.h"

namespace wasession::observe::checkup {

/// OpenClaw's locks whose process is proven to have ended. wacli's LOCK is never stale: the kernel
/// frees it, the file stays.
void find_stale_locks(Snapshot& snapshot, const Environment& environment);

/// Credentials that group or others can really read, and that this user may close to them. Looks at
/// a few names of each store, never at key files: their directory protects them.
void find_exposed_secrets(Snapshot& snapshot);

/// Baileys directories whose creds.json is gone or broken and whose backup is good.
void find_restorable(Snapshot& snapshot);

}  // namespace wasession::observe::checkup

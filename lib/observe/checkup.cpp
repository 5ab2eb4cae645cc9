#include "observe/checkup.h"

#include "observe/checkup/parts.h"

namespace wasession::observe {

void check_up(Snapshot& snapshot, const Environment& environment) {
  checkup::find_stale_locks(snapshot, environment);
  checkup::find_exposed_secrets(snapshot);
  checkup::find_restorable(snapshot);
}

}  // namespace wasession::observe

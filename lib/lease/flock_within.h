/// Waiting for a kernel lock with an end to it.
#pragma once

#include "lease/lease.h"

namespace wasession::lease {

/// flock(2) on `descriptor`, for as long as `patience` lasts. 0; EWOULDBLOCK when the time is over;
/// another errno. The kernel wakes this process the moment the lock is free. Uses SIGALRM
/// meanwhile.
int flock_within(int descriptor, bool shared, const Patience& patience);

}  // namespace wasession::lease

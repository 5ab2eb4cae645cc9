/// What apply asks about a process at the last moment.
#pragma once

#include "model/process.h"

namespace wasession::apply {

/// True when the process is proven to have ended: nobody has its pid, or a zombie, or one that
/// started at another time (`start` 0 is any time). What cannot be told counts as alive.
bool has_ended(const ProcessIdentity& process);

}  // namespace wasession::apply

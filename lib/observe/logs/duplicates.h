/// The same event in two logs is one incident.
#pragma once

#include <vector>

#include "model/incident.h"

namespace wasession::observe::logs {

/// Leaves out what another log says too: a copy of a log (logrotate's copytruncate, a --log beside
/// the original), and OpenClaw's console, in the journal or a file, beside its file log. Of a copy
/// the one first in the list stays. The others keep their order.
std::vector<Incident> without_duplicates(std::vector<Incident> all);

}  // namespace wasession::observe::logs

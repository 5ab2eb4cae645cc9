/// The only room that changes processes, credentials and the files beside them. Each step re-checks
/// at the last moment that it meets what was judged: the same file by device and inode, the same
/// process by pidfd and start time. What is not so any more is skipped, and said.
#pragma once

#include <vector>

#include "model/plan.h"

namespace wasession::apply {

/// Takes the steps in order and says of each what came of it. Never throws for what goes wrong with
/// one step; the following ones are taken all the same.
std::vector<Outcome> apply(const Plan& plan);

}  // namespace wasession::apply

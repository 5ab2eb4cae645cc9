/// The room of plans: pure functions from a Snapshot and findings to the steps that a person may
/// read before they are taken.
#pragma once

#include <span>

#include "model/finding.h"
#include "model/plan.h"
#include "model/snapshot.h"

namespace wasession::plan {

/// What `doctor --fix` does: only what cannot lose anything. Steps for the findings that are
/// fixable: stale lock files of processes that are proven dead, permissions of secrets, a damaged
/// registry set aside.
Plan fix(const Snapshot& snapshot, std::span<const Finding> findings);

}  // namespace wasession::plan

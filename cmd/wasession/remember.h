/// Leaves in the registry what the next look would not find by itself.
#pragma once

#include <vector>

#include "model/lease.h"
#include "options.h"

namespace wasession::cmd {

/// Records the stores that no tool's own rule names, so that a later command finds them without
/// --root. Skipped with --only-root, and when there are none and no registry yet. A failure is a
/// warning.
void remember_stores(const GlobalOptions& options, const Look& look);

/// Records who took the leases, for people: the truth are the locks. Skipped with --only-root. A
/// failure is a warning.
void remember_leases(const GlobalOptions& options, const Look& look,
                     const std::vector<Claim>& claims, const LeaseRecord& record);

}  // namespace wasession::cmd

/// Leaves in the registry what the next look would not find by itself.
#pragma once

#include "options.h"

namespace wasession::cmd {

/// Records the stores that no tool's own rule names, so that a later command finds them without
/// --root. Skipped with --only-root, and when there are none and no registry yet. A failure is a
/// warning.
void remember_stores(const GlobalOptions& options, const Look& look);

}  // namespace wasession::cmd

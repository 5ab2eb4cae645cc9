/// Leaves in the registry what the next look would not find by itself.
#pragma once

#include "options.h"

namespace wasession::cmd {

/// Records the stores that no tool's own rule names, so that a later command finds them without
/// --root, and the sessions, for the shells' completion, when they are others than before. Skipped
/// with --only-root. That stores can't be recorded is a warning; that sessions can't is not worth
/// one.
void remember_look(const GlobalOptions& options, const Look& look);

}  // namespace wasession::cmd

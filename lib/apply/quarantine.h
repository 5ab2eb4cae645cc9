/// Where purged credentials wait: a directory of its own (0700), one entry for each, with a
/// manifest. Nothing in it has a name by which any program would take it for a credential.
///
/// An entry is complete or it does not count: what a crash leaves half done is undone by recover().
#pragma once

#include <string>
#include <vector>

#include "apply/apply.h"
#include "model/quarantine.h"
#include "model/time.h"
#include "model/warning.h"

namespace wasession::apply {

struct QuarantineReading {
  std::vector<Quarantined> entries;  ///< oldest first; those that were restored too
  std::vector<Warning> warnings;     ///< entries that can't be read
};

/// What is in the quarantine at `path`; nothing when there is none. Reads only.
QuarantineReading read_quarantine(const std::string& path);

/// True when an earlier run was killed in the middle of a purge or a restore. Costs one directory
/// listing.
bool has_unfinished(const std::string& path);

/// Undoes (or, where all that was left is the last word, finishes) what an earlier run was killed
/// in the middle of, unless that run is still alive. Says of each what became of it: a Warning
/// whose path is the store's.
std::vector<Warning> recover(const Means& means);

/// Deletes entries whose time is over at `now`. What fails is a warning.
std::vector<Warning> expire(const Means& means, Time now);

}  // namespace wasession::apply

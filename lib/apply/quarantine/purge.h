/// The steps that put away or delete one credential, by the kind of its store.
#pragma once

#include <optional>

#include "apply/apply.h"
#include "apply/files.h"
#include "apply/quarantine/vault.h"

namespace wasession::apply {

Outcome quarantine_directory(const Step& step, const Means& means, Changes& changes);
Outcome erase_directory(const Step& step, const Means& means, Changes& changes);

Outcome quarantine_database(const Step& step, const Means& means, Changes& changes);
Outcome erase_database(const Step& step, const Means& means, Changes& changes);

/// An entry for the step, not on the disk yet.
Manifest manifest_for(const Step& step, const struct stat& directory);

/// Why nothing may be touched: a process that held it is not proven to have ended.
std::optional<Outcome> somebody_lives(const Step& step);

}  // namespace wasession::apply

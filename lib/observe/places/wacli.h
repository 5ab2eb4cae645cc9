/// Where wacli keeps its stores (versions 0.1 to 0.16).
#pragma once

#include "observe/environment.h"
#include "observe/places/place.h"

namespace wasession::observe {

/// The `session.db` of every wacli store: each base directory (`~/.wacli`, `~/.local/state/wacli`,
/// `$XDG_STATE_HOME/wacli`: more than one may hold live credentials), `WACLI_STORE_DIR`, each
/// account of each `config.yaml`, and `accounts/*` that no configuration names (`wacli accounts
/// remove` keeps the store). A broken config.yaml costs a warning.
Places wacli_places(const Environment& environment);
std::optional<Place> wacli_place_at(const std::string& path);

}  // namespace wasession::observe

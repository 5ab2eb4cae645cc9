/// Where wacli keeps its stores (versions 0.1 to 0.16).
#pragma once

#include <optional>
#include <string>

#include "observe/environment.h"
#include "observe/places/place.h"

namespace wasession::observe {

/// The `session.db` of every wacli store: each base directory (`~/.wacli`, `~/.local/state/wacli`,
/// `$XDG_STATE_HOME/wacli`: more than one may hold live credentials), `WACLI_STORE_DIR`, each
/// account of each `config.yaml` (whether or not its database exists), and `accounts/*` that no
/// configuration names (`wacli accounts remove` keeps the store). A database reached by two ways is
/// given once. A broken config.yaml costs a warning, and `accounts/*` is still looked into.
Places wacli_places(const Environment& environment);

/// The place of a database that a search came upon, when its name and its neighbours (wacli.db,
/// LOCK, HEARTBEAT) say that it is a wacli's. `path` is absolute.
std::optional<Place> wacli_place_at(const std::string& path);

}  // namespace wasession::observe

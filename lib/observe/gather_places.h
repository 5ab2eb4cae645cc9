/// All places of a scope, in the order in which a better-named one comes first.
#pragma once

#include "observe/environment.h"
#include "observe/observe.h"
#include "observe/places/place.h"
#include "observe/processes/processes.h"
#include "registry/registry.h"

namespace wasession::observe {

/// The tools' own rules, the roots, the stores that `remembered` lists, and the working directories
/// of live JavaScript runtimes among `processes`. Places may repeat.
Places gather_places(const Scope& scope, const Environment& environment,
                     const std::vector<registry::RememberedStore>& remembered,
                     const ProcessTable& processes, Progress& progress);

}  // namespace wasession::observe

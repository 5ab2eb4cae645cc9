/// Reads the machine and never changes it: the only way to a Snapshot.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "observe/environment.h"
#include "observe/processes/connections.h"
#include "observe/progress.h"
#include "registry/registry.h"

namespace wasession::observe {

using SeenConnections = std::map<ProcessIdentity, std::vector<Connection>>;

/// Where to look.
struct Scope {
  std::vector<std::string> roots;  ///< searched in depth, besides the tools' own places
  bool only_roots = false;         ///< nowhere else
  /// Stores that the user named as a SESSION: looked at, not searched below.
  std::vector<std::string> named_stores;
  std::vector<Endpoint> endpoints;  ///< count as WhatsApp's
  /// Connections that earlier looks of this run saw. Of two clients in a fight only one is
  /// connected at any moment: whoever was, a moment ago, counts as connected still.
  SeenConnections lately;
};

/// Looks at every place in `scope` and returns what is there. What goes wrong with one store is a
/// problem of that store or a warning; nothing hides its neighbours. `registry` may be null. A
/// creds.json that is empty or cut is looked at again and again for 250 ms, all such together.
Snapshot take_snapshot(const Scope& scope, const Environment& environment,
                       registry::Registry* registry, Progress& progress);

}  // namespace wasession::observe

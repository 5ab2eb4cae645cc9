/// The registry's table of sessions; each call is one of Registry's.
#pragma once

#include <span>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "registry/registry.h"

namespace wasession::registry {

std::vector<RememberedSession> read_sessions(SQLite::Database& database);
void write_sessions(SQLite::Database& database, std::span<const RememberedSession> sessions);

}  // namespace wasession::registry

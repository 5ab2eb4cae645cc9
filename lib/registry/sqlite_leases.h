/// The registry's table of leases; each call is one of Registry's.
#pragma once

#include <span>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "registry/registry.h"

namespace wasession::registry {

void write_leases(SQLite::Database& database, std::span<const RememberedLease> leases);
std::vector<RememberedLease> read_leases(SQLite::Database& database);

}  // namespace wasession::registry

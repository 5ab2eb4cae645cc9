/// The registry in a SQLite database. Only open_registry makes one.
#pragma once

#include <memory>

#include <SQLiteCpp/Database.h>

#include "registry/registry.h"

namespace wasession::registry {

/// Serves `database`, which must already have the newest schema.
std::unique_ptr<Registry> sqlite_registry(SQLite::Database database, bool writable);

}  // namespace wasession::registry

/// The registry's tables of actions and of what waits in quarantine; each call is one of
/// Registry's.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "registry/registry.h"

namespace wasession::registry {

void write_action(SQLite::Database& database, const Action& action);
std::vector<Action> newest_actions(SQLite::Database& database, std::size_t most);

void write_quarantined(SQLite::Database& database, const Quarantined& entry);
std::vector<RememberedQuarantine> read_quarantined(SQLite::Database& database);
void write_restored(SQLite::Database& database, const std::string& id, Time at);
void delete_quarantined(SQLite::Database& database, std::span<const std::string> ids);

}  // namespace wasession::registry

/// The registry's tables of logs and their incidents; each call is one of Registry's.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "registry/registry.h"

namespace wasession::registry {

std::optional<RememberedLog> find_log(SQLite::Database& database, const FileIdentity& identity);
std::vector<Incident> incidents_of(SQLite::Database& database, const FileIdentity& identity,
                                   Time since);
std::vector<Incident> gone_incidents(SQLite::Database& database,
                                     std::span<const FileIdentity> present, Time since);
void write_logs(SQLite::Database& database, std::span<const LogNews> news, Time forget_before);

}  // namespace wasession::registry

/// The registry's schema as numbered steps; the build embeds lib/registry/migrations/*.sql.
#pragma once

#include <cstddef>
#include <cstdint>

namespace SQLite {
class Database;
}

namespace wasession::registry {

/// Step k (from 0) leads from `user_version` k to k + 1.
extern const char* const kMigrations[];
extern const std::size_t kMigrationCount;

/// SQLite's `application_id` of every registry: "WAsr". It tells our database from another
/// program's that somebody named by mistake.
constexpr std::int32_t kApplicationId = 0x57417372;

/// Brings an open database to the newest schema, each step in a BEGIN IMMEDIATE transaction of its
/// own, so that a crash or a second process finds a whole step or none. Throws SQLite::Exception.
void migrate(SQLite::Database& database);

/// Throws Refusal when a newer wasession wrote the database.
void require_known_schema(SQLite::Database& database);

int schema_version(SQLite::Database& database);

}  // namespace wasession::registry

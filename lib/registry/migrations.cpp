#include "registry/migrations.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include "registry/refusal.h"

namespace wasession::registry {
int schema_version(SQLite::Database& database) {
  return database.execAndGet("PRAGMA user_version").getInt();
}

void require_known_schema(SQLite::Database& database) {
  const int version = schema_version(database);
  if (version > static_cast<int>(kMigrationCount)) {
    throw Refusal(fmt::format(
        "a newer wasession wrote it (schema {}, this one knows up to {}): upgrade wasession, or "
        "name another file with --registry",
        version, kMigrationCount));
  }
}

void migrate(SQLite::Database& database) {
  while (schema_version(database) < static_cast<int>(kMigrationCount)) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Asked again under the lock: a second process may have taken the step meanwhile.
    require_known_schema(database);
    const auto version = static_cast<std::size_t>(schema_version(database));
    if (version < kMigrationCount) {
      database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
      database.exec(kMigrations[version]);
      database.exec(fmt::format("PRAGMA user_version = {}", version + 1));
    }
    transaction.commit();
  }
}

}  // namespace wasession::registry

#include "apply/quarantine/device_rows.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>

namespace wasession::apply {
namespace {

constexpr int kBusyMilliseconds = 5000;

/// whatsmeow's tables up to version 15, each with the column that names the device; what others
/// point at comes after them. privacy_tokens has no foreign key, and whatsmeow itself leaves its
/// rows behind.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTables = {{
    {"whatsmeow_app_state_mutation_macs", "jid"},
    {"whatsmeow_app_state_version", "jid"},
    {"whatsmeow_app_state_sync_keys", "jid"},
    {"whatsmeow_pre_keys", "jid"},
    {"whatsmeow_identity_keys", "our_jid"},
    {"whatsmeow_sessions", "our_jid"},
    {"whatsmeow_sender_keys", "our_jid"},
    {"whatsmeow_contacts", "our_jid"},
    {"whatsmeow_chat_settings", "our_jid"},
    {"whatsmeow_message_secrets", "our_jid"},
    {"whatsmeow_privacy_tokens", "our_jid"},
    {"whatsmeow_nct_salt", "our_jid"},
    {"whatsmeow_event_buffer", "our_jid"},
    {"whatsmeow_retry_buffer", "our_jid"},
}};
/// Shared by all devices.
constexpr std::string_view kLidMap = "whatsmeow_lid_map";

using Columns = std::vector<std::string>;

/// Quoted names; empty when there is no such table.
Columns columns_of(SQLite::Database& database, std::string_view schema, std::string_view table) {
  SQLite::Statement query(database, "SELECT name FROM pragma_table_info(?, ?)");
  query.bind(1, std::string(table));
  query.bind(2, std::string(schema));
  Columns columns;
  while (query.executeStep()) {
    std::string quoted = "\"";
    for (const char character : query.getColumn(0).getString()) {
      quoted += character;
      if (character == '"') quoted += character;
    }
    columns.push_back(quoted + '"');
  }
  return columns;
}

bool contains(const Columns& columns, std::string_view name) {
  return std::ranges::find(columns, fmt::format("\"{}\"", name)) != columns.end();
}

void execute(SQLite::Database& database, const std::string& sql, const std::string& jid) {
  SQLite::Statement statement(database, sql);
  statement.bind(1, jid);
  statement.exec();
}

/// Refuses to delete what a table of another program would lose with it: its ON DELETE CASCADE
/// takes rows that no copy of ours would bring back.
void delete_rows(SQLite::Database& database, const std::string& sql, const std::string& jid) {
  const int before = sqlite3_total_changes(database.getHandle());
  execute(database, sql, jid);
  const int deleted = sqlite3_changes(database.getHandle());
  if (sqlite3_total_changes(database.getHandle()) - before != deleted) {
    throw refusal(
        "rows of another program in this database depend on the device, and would be "
        "deleted with it");
  }
}

std::size_t dangling_rows(SQLite::Database& database) {
  SQLite::Statement check(database, "PRAGMA foreign_key_check");
  std::size_t count = 0;
  while (check.executeStep()) ++count;
  return count;
}

std::vector<std::string> devices(SQLite::Database& database) {
  SQLite::Statement query(database, "SELECT jid FROM whatsmeow_device");
  std::vector<std::string> jids;
  while (query.executeStep()) jids.push_back(query.getColumn(0).getString());
  return jids;
}

/// Adds one table's rows from `kept`; `which` follows the name of the table.
void insert_rows(SQLite::Database& database, std::string_view verb, std::string_view table,
                 std::string_view which, const std::string& jid) {
  const Columns target = columns_of(database, "main", table);
  Columns common;
  for (std::string& column : columns_of(database, "kept", table)) {
    if (std::ranges::find(target, column) != target.end()) common.push_back(std::move(column));
  }
  if (common.empty()) return;
  const std::string sql = fmt::format("{0} INTO main.{1} ({2}) SELECT {2} FROM kept.{1} {3}", verb,
                                      table, fmt::join(common, ","), which);
  if (which.empty()) {
    database.exec(sql);
  } else {
    execute(database, sql, jid);
  }
}

}  // namespace

SQLite::Database open_for_change(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, kBusyMilliseconds);
  for (const auto& [setting, value] :
       {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1}, std::pair{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        std::pair{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, std::pair{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        std::pair{SQLITE_DBCONFIG_ENABLE_FKEY, 1}}) {
    sqlite3_db_config(database.getHandle(), setting, value, nullptr);
  }
  database.exec("PRAGMA secure_delete=ON");
  database.exec("PRAGMA synchronous=FULL");
  // What VACUUM puts aside holds keys, and a temporary file is not overwritten.
  database.exec("PRAGMA temp_store=MEMORY");
  return database;
}

std::string find_device(SQLite::Database& database, const std::optional<Jid>& jid) {
  const std::vector<std::string> all = devices(database);
  std::vector<std::string> found;
  for (const std::string& text : all) {
    if (!jid || parse_jid(text) == jid) found.push_back(text);
  }
  if (found.empty()) {
    throw Trouble{"the device is not in the database any more", TroubleKind::not_needed};
  }
  if (found.size() > 1) throw refusal("more than one device in the database fits");
  return found.front();
}

bool has_device(SQLite::Database& database, const std::string& jid) {
  SQLite::Statement query(database, "SELECT 1 FROM whatsmeow_device WHERE jid = ?");
  query.bind(1, jid);
  return query.executeStep();
}

void delete_device(SQLite::Database& database, const std::string& jid) {
  const std::size_t dangling = dangling_rows(database);
  for (const auto& [table, column] : kTables) {
    if (!contains(columns_of(database, "main", table), column)) continue;
    delete_rows(database, fmt::format("DELETE FROM main.{} WHERE {} = ?", table, column), jid);
  }
  delete_rows(database, "DELETE FROM main.whatsmeow_device WHERE jid = ?", jid);
  if (devices(database).empty() && !columns_of(database, "main", kLidMap).empty()) {
    database.exec(fmt::format("DELETE FROM main.{}", kLidMap));
  }
  if (dangling_rows(database) > dangling) {
    throw refusal("rows of another program in this database depend on the device");
  }
}

std::optional<std::string> scrub(SQLite::Database& database) {
  try {
    database.exec("VACUUM");
    SQLite::Statement checkpoint(database, "PRAGMA wal_checkpoint(TRUNCATE)");
    if (checkpoint.executeStep() && checkpoint.getColumn(0).getInt() != 0) {
      return "a program that has it open keeps its log from being emptied";
    }
  } catch (const SQLite::Exception& failure) {
    return fmt::format("the file could not be rewritten: {}", trouble_of(failure).what);
  }
  return std::nullopt;
}

void copy_with_one_device(const std::string& path, const std::string& copy,
                          const std::string& jid) {
  SQLite::Database target = open_for_change(copy);
  {
    SQLite::Database source = open_for_change(path);
    SQLite::Backup backup(target, source);
    backup.executeStep();
  }
  // The copy has the source's journal mode: in its log it would not be one file.
  target.exec("PRAGMA journal_mode=DELETE");
  target.exec("BEGIN IMMEDIATE");
  for (const std::string& other : devices(target)) {
    if (other != jid) delete_device(target, other);
  }
  target.exec("COMMIT");
  target.exec("VACUUM");
  SQLite::Statement check(target, "PRAGMA quick_check(1)");
  if (!check.executeStep() || check.getColumn(0).getString() != "ok" ||
      devices(target) != std::vector{jid}) {
    throw Trouble{"the copy for the quarantine is damaged", TroubleKind::could_not};
  }
}

void insert_device(SQLite::Database& database, const std::string& copy) {
  execute(database, "ATTACH ? AS kept", copy);
  database.exec("BEGIN IMMEDIATE");
  SQLite::Statement query(database, "SELECT jid FROM kept.whatsmeow_device");
  if (!query.executeStep()) throw refusal("there is no device in the copy");
  const std::string jid = query.getColumn(0).getString();
  query.reset();
  for (const std::string& other : devices(database)) {
    if (other == jid || (parse_jid(other) && parse_jid(other) == parse_jid(jid))) {
      throw refusal(fmt::format("{} is there already: a new link would be overwritten", jid));
    }
  }
  const std::size_t dangling = dangling_rows(database);
  database.exec("PRAGMA defer_foreign_keys=ON");
  insert_rows(database, "INSERT", "whatsmeow_device", "WHERE jid = ?", jid);
  for (const auto& [table, column] : kTables) {
    if (!contains(columns_of(database, "main", table), column)) continue;
    // What stands there belongs to no device.
    execute(database, fmt::format("DELETE FROM main.{} WHERE {} = ?", table, column), jid);
    insert_rows(database, "INSERT", table, fmt::format("WHERE {} = ?", column), jid);
  }
  insert_rows(database, "INSERT OR IGNORE", kLidMap, "", jid);
  if (dangling_rows(database) > dangling) throw refusal("its rows don't fit into the database");
  database.exec("COMMIT");
}

Trouble trouble_of(const SQLite::Exception& failure) {
  switch (failure.getErrorCode() & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"a program is writing to the database, and does not let go of it",
              TroubleKind::could_not};
    case SQLITE_FULL:
      return {"the disk is full", TroubleKind::could_not};
    default:
      return {fmt::format("SQLite says: {}", failure.what()), TroubleKind::could_not};
  }
}

}  // namespace wasession::apply

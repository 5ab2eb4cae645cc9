/// A whatsmeow database with three devices, in the schema of version 15 (wacli.md section 7), that
/// is purged of one.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include "unit/apply/quarantine_support.h"

namespace wasession::test {

/// Tables with the column that names the device; all but the privacy tokens point at it.
inline const std::vector<std::pair<std::string, std::string>> kDeviceTables = {
    {"identity_keys", "our_jid"},   {"pre_keys", "jid"},
    {"sessions", "our_jid"},        {"sender_keys", "our_jid"},
    {"app_state_sync_keys", "jid"}, {"app_state_version", "jid"},
    {"contacts", "our_jid"},        {"chat_settings", "our_jid"},
    {"message_secrets", "our_jid"}, {"nct_salt", "our_jid"},
    {"event_buffer", "our_jid"},    {"retry_buffer", "our_jid"}};

inline std::string jid_of(int device) {
  return "1555010101" + std::to_string(device) + ":" + std::to_string(device + 6) +
         "@s.whatsapp.net";
}

/// What stands in the device's rows and nowhere else.
inline std::string mark_of(int device) {
  return "private key of device " + std::to_string(device) + " ";
}

inline void make_three_devices(const std::string& path, bool wal) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  if (wal) database.exec("PRAGMA journal_mode=WAL");
  database.exec("PRAGMA foreign_keys=ON");
  database.exec("BEGIN");
  database.exec(
      "CREATE TABLE whatsmeow_device (jid TEXT PRIMARY KEY, lid TEXT, registration_id BIGINT,"
      " noise_key bytea NOT NULL, identity_key bytea NOT NULL, push_name TEXT NOT NULL DEFAULT '');"
      "CREATE TABLE whatsmeow_privacy_tokens (our_jid TEXT, their_jid TEXT, token bytea,"
      " PRIMARY KEY (our_jid, their_jid));"
      "CREATE TABLE whatsmeow_lid_map (lid TEXT PRIMARY KEY, pn TEXT UNIQUE NOT NULL);"
      "INSERT INTO whatsmeow_lid_map VALUES ('1', '2'), ('3', '4');"
      "CREATE TABLE messages (text TEXT); INSERT INTO messages VALUES ('another program''s');");
  for (const auto& [table, column] : kDeviceTables) {
    database.exec("CREATE TABLE whatsmeow_" + table + " (" + column +
                  " TEXT, name TEXT, value bytea, PRIMARY KEY (" + column +
                  ", name), FOREIGN KEY (" + column +
                  ") REFERENCES whatsmeow_device(jid) ON DELETE CASCADE ON UPDATE CASCADE)");
  }
  database.exec(
      "CREATE TABLE whatsmeow_app_state_mutation_macs (jid TEXT, name TEXT, version BIGINT,"
      " index_mac bytea, PRIMARY KEY (jid, name, version, index_mac),"
      " FOREIGN KEY (jid, name) REFERENCES whatsmeow_app_state_version(jid, name)"
      " ON DELETE CASCADE ON UPDATE CASCADE)");
  for (int device = 1; device <= 3; ++device) {
    const std::string jid = jid_of(device), mark = mark_of(device);
    const auto add = [&](const std::string& sql) {
      SQLite::Statement insert(database, sql);
      insert.bind(1, jid);
      if (insert.getBindParameterCount() > 1) insert.bind(2, mark);
      insert.exec();
    };
    add("INSERT INTO whatsmeow_device VALUES (?, 'lid', 4000000001, ?2 || 'noise', ?2 || 'id', "
        "'Made up')");
    for (const auto& [table, column] : kDeviceTables) {
      for (const char* name : {"one", "two"}) {
        add("INSERT INTO whatsmeow_" + table + " VALUES (?, '" + name + "', ?2 || '" + table +
            "')");
      }
    }
    add("INSERT INTO whatsmeow_app_state_mutation_macs VALUES (?, 'one', 1, ?2)");
    add("INSERT INTO whatsmeow_privacy_tokens VALUES (?, '1@s.whatsapp.net', ?2 || 'token')");
  }
  database.exec("COMMIT");
}

/// Every row of every table.
inline std::map<std::string, std::vector<std::string>> rows_of(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE);
  std::map<std::string, std::vector<std::string>> rows;
  SQLite::Statement tables(database, "SELECT name FROM sqlite_schema WHERE type = 'table'");
  while (tables.executeStep()) {
    const std::string table = tables.getColumn(0).getString();
    SQLite::Statement query(database, "SELECT * FROM " + table);
    std::vector<std::string>& found = rows[table];
    while (query.executeStep()) {
      std::string row;
      for (int i = 0; i < query.getColumnCount(); ++i) row += query.getColumn(i).getString() + "|";
      found.push_back(row);
    }
    std::sort(found.begin(), found.end());
  }
  return rows;
}

/// Rows that name the device, in all tables.
inline std::size_t rows_about(const std::string& path, int device) {
  std::size_t count = 0;
  for (const auto& [table, rows] : rows_of(path)) {
    count += static_cast<std::size_t>(std::ranges::count_if(rows, [&](const std::string& row) {
      return row.find(jid_of(device)) != std::string::npos ||
             row.find(mark_of(device)) != std::string::npos;
    }));
  }
  return count;
}

struct PurgingDevice : Purging {
  std::string database = store + "/session.db";

  explicit PurgingDevice(bool wal = false) {
    for (const auto& name : names_in(store)) std::filesystem::remove(store + "/" + name);
    make_three_devices(database, wal);
    REQUIRE(::chmod(database.c_str(), 0640) == 0);
    judge_device(2);
  }
  void judge_device(int device) {
    step.target = database;
    step.identity = identity_at(database);
    step.purge->session = "wacli/default#2";
    step.purge->tool = Tool::wacli;
    step.purge->kind = StoreKind::whatsmeow_database;
    step.purge->jid = parse_jid(jid_of(device));
    REQUIRE(step.purge->jid);
  }
};

}  // namespace wasession::test

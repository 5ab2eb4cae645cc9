/// A whatsmeow database for crash tests, made and printed.
/// usage: crash_database make PATH | crash_database print PATH
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

namespace {

void make(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec(
      "CREATE TABLE whatsmeow_version (version INTEGER, compat INTEGER);"
      "INSERT INTO whatsmeow_version VALUES (15, 8);"
      "CREATE TABLE whatsmeow_device (jid TEXT PRIMARY KEY, lid TEXT, registration_id BIGINT,"
      " noise_key bytea, identity_key bytea, adv_details bytea,"
      " platform TEXT NOT NULL DEFAULT '', business_name TEXT NOT NULL DEFAULT '',"
      " push_name TEXT NOT NULL DEFAULT '');"
      "CREATE TABLE whatsmeow_pre_keys (jid TEXT REFERENCES whatsmeow_device(jid)"
      " ON DELETE CASCADE, key_id INTEGER, key bytea, uploaded BOOLEAN);"
      "CREATE TABLE whatsmeow_privacy_tokens (our_jid TEXT, their_jid TEXT, token bytea);"
      "CREATE TABLE whatsmeow_lid_map (lid TEXT PRIMARY KEY, pn TEXT UNIQUE NOT NULL);"
      "INSERT INTO whatsmeow_lid_map VALUES ('1', '2');");
  for (const std::string device : {"1", "2"}) {
    const std::string jid = "'1555010101" + device + ":" + device + "@s.whatsapp.net'";
    database.exec("INSERT INTO whatsmeow_device VALUES (" + jid +
                  ", '', 4000000001, randomblob(32)," + " randomblob(32), x'', '', '', 'Made up')");
    database.exec("INSERT INTO whatsmeow_pre_keys VALUES (" + jid + ", 1, randomblob(3000), 0)");
    database.exec("INSERT INTO whatsmeow_privacy_tokens VALUES (" + jid + ", '', randomblob(9))");
  }
}

void print(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE);
  std::vector<std::string> rows;
  for (const char* query :
       {"SELECT 'device', jid, hex(noise_key), hex(identity_key), push_name FROM whatsmeow_device",
        "SELECT 'pre-key', jid, key_id, hex(key), uploaded FROM whatsmeow_pre_keys",
        "SELECT 'token', our_jid, their_jid, hex(token), '' FROM whatsmeow_privacy_tokens",
        "SELECT 'lid', lid, pn, '', '' FROM whatsmeow_lid_map"}) {
    SQLite::Statement statement(database, query);
    while (statement.executeStep()) {
      std::string row;
      for (int i = 0; i < statement.getColumnCount(); ++i) {
        row += statement.getColumn(i).getString() + "|";
      }
      rows.push_back(row);
    }
  }
  std::sort(rows.begin(), rows.end());
  for (const std::string& row : rows) std::cout << row << '\n';
}

}  // namespace

int main(int count, char** arguments) {
  const std::string verb = count == 3 ? arguments[1] : "";
  if (verb == "make") {
    make(arguments[2]);
  } else if (verb == "print") {
    print(arguments[2]);
  } else {
    std::cerr << "usage: crash_database make|print PATH\n";
    return 2;
  }
}

#include "registry/sqlite_registry.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include "registry/sqlite_actions.h"
#include "registry/sqlite_logs.h"
#include "registry/sqlite_sessions.h"
#include "registry/sqlite_values.h"

namespace wasession::registry {
namespace {

void bind_fingerprint(SQLite::Statement& statement, int index, const Fingerprint& fingerprint) {
  statement.bind(index, fingerprint.bytes.data(), static_cast<int>(fingerprint.bytes.size()));
}

bool same_day(Time a, Time b) {
  using std::chrono::days, std::chrono::floor;
  return floor<days>(a) == floor<days>(b);
}

bool worth_writing(const RememberedStore& known, const RememberedStore& seen) {
  return known.tool != seen.tool || known.kind != seen.kind || known.name != seen.name ||
         (seen.last_seen > known.last_seen && !same_day(seen.last_seen, known.last_seen));
}

class SqliteRegistry final : public Registry {
 public:
  SqliteRegistry(SQLite::Database database, bool writable)
      : database_(std::move(database)), writable_(writable) {}

  bool writable() const override { return writable_; }

  std::vector<RememberedStore> remembered_stores() override {
    SQLite::Statement rows(
        database_, "SELECT path, tool, kind, name, first_seen, last_seen FROM store ORDER BY path");
    std::vector<RememberedStore> stores;
    while (rows.executeStep()) {
      RememberedStore store;
      // A word that only a later wasession knows: its row is kept for it, and of no use here.
      if (!read_tool(column_text(rows.getColumn(1)), store.tool)) continue;
      if (!read_store_kind(column_text(rows.getColumn(2)), store.kind)) continue;
      store.path = column_text(rows.getColumn(0));
      store.name = column_text(rows.getColumn(3));
      store.first_seen = column_time(rows.getColumn(4));
      store.last_seen = column_time(rows.getColumn(5));
      stores.push_back(std::move(store));
    }
    return stores;
  }

  void remember_stores(std::span<const RememberedStore> stores) override {
    const std::vector<const RememberedStore*> changed = changed_stores(stores);
    if (changed.empty()) return;
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement write(database_, R"sql(
      INSERT INTO store (path, tool, kind, name, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (path) DO UPDATE SET tool = excluded.tool, kind = excluded.kind,
        name = excluded.name, last_seen = max(last_seen, excluded.last_seen))sql");
    for (const RememberedStore* store : changed) {
      bind_text(write, 1, store->path);
      bind_text(write, 2, to_string(store->tool));
      bind_text(write, 3, to_string(store->kind));
      bind_text(write, 4, store->name);
      write.bind(5, milliseconds(store->first_seen));
      write.bind(6, milliseconds(store->last_seen));
      run_once(write);
    }
    transaction.commit();
  }

  void forget_stores(std::span<const std::string> paths) override {
    if (paths.empty()) return;
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement forget(database_, "DELETE FROM store WHERE path = ?");
    for (const std::string& path : paths) {
      bind_text(forget, 1, path);
      run_once(forget);
    }
    transaction.commit();
  }

  std::vector<RememberedSession> remembered_sessions() override { return read_sessions(database_); }

  void remember_sessions(std::span<const RememberedSession> sessions) override {
    write_sessions(database_, sessions);
  }

  std::vector<LoggedOutCredential> logged_out_credentials() override {
    SQLite::Statement rows(
        database_,
        "SELECT fingerprint, at, source FROM logged_out_credential ORDER BY fingerprint");
    std::vector<LoggedOutCredential> credentials;
    while (rows.executeStep()) {
      LoggedOutCredential credential;
      const SQLite::Column blob = rows.getColumn(0);
      const auto size = static_cast<std::size_t>(blob.getBytes());
      if (size != credential.fingerprint.bytes.size()) continue;
      std::memcpy(credential.fingerprint.bytes.data(), blob.getBlob(), size);
      credential.at = column_time(rows.getColumn(1));
      credential.source = column_text(rows.getColumn(2));
      credentials.push_back(std::move(credential));
    }
    return credentials;
  }

  void remember_logged_out(std::span<const LoggedOutCredential> credentials) override {
    const std::vector<const LoggedOutCredential*> news = news_of(credentials);
    if (news.empty()) return;
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement write(database_, R"sql(
      INSERT INTO logged_out_credential (fingerprint, at, source) VALUES (?, ?, ?)
      ON CONFLICT (fingerprint) DO UPDATE SET at = excluded.at, source = excluded.source
      WHERE excluded.at > at)sql");
    for (const LoggedOutCredential* credential : news) {
      bind_fingerprint(write, 1, credential->fingerprint);
      write.bind(2, milliseconds(credential->at));
      bind_text(write, 3, credential->source);
      run_once(write);
    }
    transaction.commit();
  }

  void forget_logged_out(std::span<const Fingerprint> fingerprints) override {
    if (fingerprints.empty()) return;
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement forget(database_, "DELETE FROM logged_out_credential WHERE fingerprint = ?");
    for (const Fingerprint& fingerprint : fingerprints) {
      bind_fingerprint(forget, 1, fingerprint);
      run_once(forget);
    }
    transaction.commit();
  }

  std::optional<RememberedLog> remembered_log(const FileIdentity& identity) override {
    return find_log(database_, identity);
  }

  std::vector<Incident> remembered_incidents(const FileIdentity& identity, Time since) override {
    return incidents_of(database_, identity, since);
  }

  std::vector<Incident> incidents_of_gone_logs(std::span<const FileIdentity> present,
                                               Time since) override {
    return gone_incidents(database_, present, since);
  }

  void remember_logs(std::span<const LogNews> news, Time forget_before) override {
    write_logs(database_, news, forget_before);
  }

  void remember_action(const Action& action) override { write_action(database_, action); }

  std::vector<Action> actions(std::size_t most) override { return newest_actions(database_, most); }

  void remember_quarantined(const Quarantined& entry) override {
    write_quarantined(database_, entry);
  }

  std::vector<RememberedQuarantine> quarantined() override { return read_quarantined(database_); }

  void remember_restored(const std::string& id, Time at) override {
    write_restored(database_, id, at);
  }

  void forget_quarantined(std::span<const std::string> ids) override {
    delete_quarantined(database_, ids);
  }

 private:
  /// Compared in memory, so that the usual run, which sees what the last one saw, takes no lock.
  std::vector<const RememberedStore*> changed_stores(std::span<const RememberedStore> stores) {
    const std::vector<RememberedStore> known = remembered_stores();
    std::unordered_map<std::string_view, const RememberedStore*> by_path;
    by_path.reserve(known.size());
    for (const RememberedStore& store : known) by_path.emplace(store.path, &store);
    std::vector<const RememberedStore*> changed;
    for (const RememberedStore& store : stores) {
      const auto found = by_path.find(store.path);
      if (found == by_path.end() || worth_writing(*found->second, store)) changed.push_back(&store);
    }
    return changed;
  }

  std::vector<const LoggedOutCredential*> news_of(
      std::span<const LoggedOutCredential> credentials) {
    const std::vector<LoggedOutCredential> known = logged_out_credentials();
    std::vector<const LoggedOutCredential*> news;
    for (const LoggedOutCredential& credential : credentials) {
      const auto found = std::lower_bound(
          known.begin(), known.end(), credential.fingerprint,
          [](const LoggedOutCredential& a, const Fingerprint& b) { return a.fingerprint < b; });
      const bool old = found != known.end() && found->fingerprint == credential.fingerprint &&
                       found->at >= credential.at;
      if (!old) news.push_back(&credential);
    }
    return news;
  }

  SQLite::Database database_;
  bool writable_;
};

}  // namespace

std::unique_ptr<Registry> sqlite_registry(SQLite::Database database, bool writable) {
  return std::make_unique<SqliteRegistry>(std::move(database), writable);
}

}  // namespace wasession::registry

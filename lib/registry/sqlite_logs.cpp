#include "registry/sqlite_logs.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include "registry/sqlite_values.h"

namespace wasession::registry {
namespace {

/// SQLite's integers are signed: the same 64 bits.
std::int64_t as_signed(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

std::uint64_t column_unsigned(const SQLite::Column& column) {
  return static_cast<std::uint64_t>(column.getInt64());
}

void bind_identity(SQLite::Statement& statement, const FileIdentity& identity) {
  statement.bind(1, as_signed(identity.device));
  statement.bind(2, as_signed(identity.inode));
}

bool read_kind(std::string_view text, IncidentKind& kind) {
  return read_word(
      text,
      std::array{IncidentKind::disconnected, IncidentKind::gave_up, IncidentKind::lock_refused,
                 IncidentKind::credential_missing, IncidentKind::connected},
      kind);
}

/// `rows` are the columns of incident in the order of the table, without `log`.
std::vector<Incident> read_incidents(SQLite::Statement& rows) {
  std::vector<Incident> incidents;
  while (rows.executeStep()) {
    Incident incident;
    if (!read_kind(column_text(rows.getColumn(1)), incident.kind)) continue;
    incident.at = column_time(rows.getColumn(0));
    incident.status = rows.getColumn(2).getInt();
    incident.reason = column_text(rows.getColumn(3));
    incident.account = column_text(rows.getColumn(4));
    incident.phone = column_text(rows.getColumn(5));
    if (!rows.getColumn(6).isNull()) incident.device = rows.getColumn(6).getUInt();
    incident.pid = rows.getColumn(7).getInt();
    incident.source = column_text(rows.getColumn(8));
    incident.offset = column_unsigned(rows.getColumn(9));
    incidents.push_back(std::move(incident));
  }
  return incidents;
}

/// The id of the log's row, new or brought up to date.
std::int64_t write_log(SQLite::Database& database, const LogNews& news) {
  const RememberedLog& log = news.log;
  if (news.begun_anew) {
    SQLite::Statement end(database,
                          "UPDATE log SET ended = 1 WHERE device = ? AND inode = ? AND ended = 0");
    bind_identity(end, log.identity);
    end.exec();
  }
  SQLite::Statement write(database, R"sql(
    INSERT INTO log (device, inode, path, usual, position, beginning, state, read_at, ended)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
    ON CONFLICT (device, inode) WHERE ended = 0 DO UPDATE SET path = excluded.path,
      usual = max(usual, excluded.usual), position = excluded.position,
      beginning = excluded.beginning, state = excluded.state, read_at = excluded.read_at
    RETURNING id)sql");
  bind_identity(write, log.identity);
  bind_text(write, 3, log.path);
  write.bind(4, log.usual ? 1 : 0);
  write.bind(5, as_signed(log.position));
  write.bind(6, as_signed(log.beginning));
  bind_text(write, 7, log.state);
  write.bind(8, milliseconds(log.read_at));
  write.executeStep();
  return write.getColumn(0).getInt64();
}

void write_incidents(SQLite::Database& database, std::int64_t log,
                     const std::vector<Incident>& incidents, Time forget_before) {
  SQLite::Statement write(database,
                          "INSERT INTO incident (log, at, kind, status, reason, account, phone,"
                          " device, pid, source, byte) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const Incident& incident : incidents) {
    if (incident.at < forget_before) continue;
    write.bind(1, log);
    write.bind(2, milliseconds(incident.at));
    bind_text(write, 3, to_string(incident.kind));
    write.bind(4, incident.status);
    bind_text(write, 5, incident.reason);
    bind_text(write, 6, incident.account);
    bind_text(write, 7, incident.phone);
    if (incident.device) {
      write.bind(8, *incident.device);
    } else {
      write.bind(8);
    }
    write.bind(9, incident.pid);
    bind_text(write, 10, incident.source);
    write.bind(11, as_signed(incident.offset));
    run_once(write);
  }
}

bool changes_anything(SQLite::Database& database, const LogNews& news) {
  if (news.begun_anew || !news.incidents.empty()) return true;
  const auto known = find_log(database, news.log.identity);
  return !known || known->position != news.log.position || known->path != news.log.path ||
         known->state != news.log.state || (news.log.usual && !known->usual);
}

void forget(SQLite::Database& database, Time before) {
  SQLite::Statement incidents(database, "DELETE FROM incident WHERE at < ?");
  incidents.bind(1, milliseconds(before));
  incidents.exec();
  SQLite::Statement logs(database, R"sql(
    DELETE FROM log
    WHERE read_at < ? AND NOT EXISTS (SELECT 1 FROM incident WHERE log = log.id))sql");
  logs.bind(1, milliseconds(before));
  logs.exec();
}

constexpr const char* kIncidentsOfLog = R"sql(
  SELECT at, kind, status, reason, account, phone, incident.device, pid, source, byte
  FROM incident JOIN log ON log.id = incident.log
  WHERE log.device = ? AND log.inode = ? AND log.ended = 0 AND at >= ? ORDER BY at)sql";
constexpr const char* kIncidentsOfRow = R"sql(
  SELECT at, kind, status, reason, account, phone, device, pid, source, byte
  FROM incident WHERE log = ? AND at >= ?)sql";

}  // namespace

std::optional<RememberedLog> find_log(SQLite::Database& database, const FileIdentity& identity) {
  SQLite::Statement row(database,
                        "SELECT path, usual, position, beginning, state, read_at FROM log"
                        " WHERE device = ? AND inode = ? AND ended = 0");
  bind_identity(row, identity);
  if (!row.executeStep()) return std::nullopt;
  RememberedLog log;
  log.identity = identity;
  log.path = column_text(row.getColumn(0));
  log.usual = row.getColumn(1).getInt() != 0;
  log.position = column_unsigned(row.getColumn(2));
  log.beginning = column_unsigned(row.getColumn(3));
  log.state = column_text(row.getColumn(4));
  log.read_at = column_time(row.getColumn(5));
  return log;
}

std::vector<Incident> incidents_of(SQLite::Database& database, const FileIdentity& identity,
                                   Time since) {
  SQLite::Statement rows(database, kIncidentsOfLog);
  bind_identity(rows, identity);
  rows.bind(3, milliseconds(since));
  return read_incidents(rows);
}

std::vector<Incident> gone_incidents(SQLite::Database& database,
                                     std::span<const FileIdentity> present, Time since) {
  SQLite::Statement logs(database, "SELECT id, device, inode, ended FROM log WHERE usual = 1");
  SQLite::Statement rows(database, kIncidentsOfRow);
  std::vector<Incident> incidents;
  while (logs.executeStep()) {
    const FileIdentity identity{column_unsigned(logs.getColumn(1)),
                                column_unsigned(logs.getColumn(2))};
    const bool ended = logs.getColumn(3).getInt() != 0;
    const bool is_present = std::find(present.begin(), present.end(), identity) != present.end();
    if (is_present && !ended) continue;
    rows.bind(1, logs.getColumn(0).getInt64());
    rows.bind(2, milliseconds(since));
    std::vector<Incident> more = read_incidents(rows);
    rows.reset();
    incidents.insert(incidents.end(), more.begin(), more.end());
  }
  std::stable_sort(incidents.begin(), incidents.end(),
                   [](const Incident& a, const Incident& b) { return a.at < b.at; });
  return incidents;
}

void write_logs(SQLite::Database& database, std::span<const LogNews> news, Time forget_before) {
  std::vector<const LogNews*> changed;
  for (const LogNews& one : news) {
    if (changes_anything(database, one)) changed.push_back(&one);
  }
  if (changed.empty()) return;
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  for (const LogNews* const one : changed) {
    write_incidents(database, write_log(database, *one), one->incidents, forget_before);
  }
  forget(database, forget_before);
  transaction.commit();
}

}  // namespace wasession::registry

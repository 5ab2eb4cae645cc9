#include "registry/sqlite_actions.h"

#include <algorithm>
#include <array>

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include "registry/sqlite_values.h"

namespace wasession::registry {
namespace {

/// What a command printed, or a path, is cut there.
constexpr std::size_t kLongestText = 8192;

void bind_bounded(SQLite::Statement& statement, int index, std::string_view text) {
  bind_text(statement, index, text.substr(0, kLongestText));
}

bool read_step(std::string_view text, StepKind& kind) {
  return read_word(
      text,
      std::array{StepKind::remove_stale_lock, StepKind::restrict_permissions,
                 StepKind::set_registry_aside, StepKind::take_lock, StepKind::stop_channel,
                 StepKind::stop_unit, StepKind::end_process, StepKind::watch_for_return,
                 StepKind::quarantine, StepKind::erase, StepKind::restore},
      kind);
}

bool read_result(std::string_view text, Result& result) {
  return read_word(text, std::array{Result::done, Result::skipped, Result::failed}, result);
}

std::int64_t insert_action(SQLite::Database& database, const Action& action) {
  SQLite::Statement write(database,
                          "INSERT INTO action (at, command, host, pid, uid)"
                          " VALUES (?, ?, ?, ?, ?) RETURNING id");
  write.bind(1, milliseconds(action.at));
  bind_bounded(write, 2, action.command);
  bind_bounded(write, 3, action.host);
  write.bind(4, action.pid);
  write.bind(5, action.uid);
  write.executeStep();
  return write.getColumn(0).getInt64();
}

void insert_steps(SQLite::Database& database, std::int64_t id,
                  const std::vector<Outcome>& outcomes) {
  SQLite::Statement write(database,
                          "INSERT INTO action_step (action, position, step, target, why, result,"
                          " detail, could_not) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const std::size_t count = std::min(outcomes.size(), kMostRememberedSteps);
  for (std::size_t i = 0; i < count; ++i) {
    const Outcome& outcome = outcomes[i];
    write.bind(1, id);
    write.bind(2, static_cast<std::int64_t>(i));
    bind_text(write, 3, to_string(outcome.step.kind));
    bind_bounded(write, 4, outcome.step.target);
    bind_bounded(write, 5, outcome.step.why);
    bind_text(write, 6, to_string(outcome.result));
    bind_bounded(write, 7, outcome.detail);
    write.bind(8, outcome.could_not ? 1 : 0);
    run_once(write);
  }
}

void insert_left(SQLite::Database& database, std::int64_t id, const std::vector<Left>& left) {
  SQLite::Statement write(database,
                          "INSERT INTO action_left (action, position, target, why, command)"
                          " VALUES (?, ?, ?, ?, ?)");
  const std::size_t count = std::min(left.size(), kMostRememberedSteps);
  for (std::size_t i = 0; i < count; ++i) {
    write.bind(1, id);
    write.bind(2, static_cast<std::int64_t>(i));
    bind_bounded(write, 3, left[i].target);
    bind_bounded(write, 4, left[i].why);
    bind_bounded(write, 5, left[i].command);
    run_once(write);
  }
}

/// Beyond the bounds of remember_action, the oldest first. The newest one stays in any case.
void forget_oldest(SQLite::Database& database) {
  SQLite::Statement forget(database, R"sql(
    DELETE FROM action WHERE id IN (
      SELECT id FROM (
        SELECT id, row_number() OVER newest AS place, sum(rows) OVER newest AS total
        FROM (SELECT id, (SELECT count(*) FROM action_step WHERE action = id)
                       + (SELECT count(*) FROM action_left WHERE action = id) AS rows
              FROM action)
        WINDOW newest AS (ORDER BY id DESC))
      WHERE place > ? OR (place > 1 AND total > ?)))sql");
  forget.bind(1, static_cast<std::int64_t>(kMostRememberedActions));
  forget.bind(2, static_cast<std::int64_t>(kMostRememberedSteps));
  if (forget.exec() == 0) return;
  database.exec("DELETE FROM action_step WHERE action NOT IN (SELECT id FROM action)");
  database.exec("DELETE FROM action_left WHERE action NOT IN (SELECT id FROM action)");
}

std::vector<Outcome> outcomes_of(SQLite::Statement& rows) {
  std::vector<Outcome> outcomes;
  while (rows.executeStep()) {
    Outcome outcome;
    if (!read_step(column_text(rows.getColumn(0)), outcome.step.kind)) continue;
    if (!read_result(column_text(rows.getColumn(3)), outcome.result)) continue;
    outcome.step.target = column_text(rows.getColumn(1));
    outcome.step.why = column_text(rows.getColumn(2));
    outcome.detail = column_text(rows.getColumn(4));
    outcome.could_not = rows.getColumn(5).getInt() != 0;
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

std::vector<Left> left_of(SQLite::Statement& rows) {
  std::vector<Left> left;
  while (rows.executeStep()) {
    left.push_back({column_text(rows.getColumn(0)), column_text(rows.getColumn(1)),
                    column_text(rows.getColumn(2))});
  }
  return left;
}

}  // namespace

void write_action(SQLite::Database& database, const Action& action) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  const std::int64_t id = insert_action(database, action);
  insert_steps(database, id, action.outcomes);
  insert_left(database, id, action.left);
  forget_oldest(database);
  transaction.commit();
}

std::vector<Action> newest_actions(SQLite::Database& database, std::size_t most) {
  SQLite::Statement rows(
      database, "SELECT id, at, command, host, pid, uid FROM action ORDER BY id DESC LIMIT ?");
  rows.bind(1, static_cast<std::int64_t>(std::min(most, kMostRememberedActions)));
  SQLite::Statement steps(database,
                          "SELECT step, target, why, result, detail, could_not FROM action_step"
                          " WHERE action = ? ORDER BY position");
  SQLite::Statement left(
      database, "SELECT target, why, command FROM action_left WHERE action = ? ORDER BY position");
  std::vector<Action> actions;
  while (rows.executeStep()) {
    const std::int64_t id = rows.getColumn(0).getInt64();
    Action action;
    action.at = column_time(rows.getColumn(1));
    action.command = column_text(rows.getColumn(2));
    action.host = column_text(rows.getColumn(3));
    action.pid = rows.getColumn(4).getInt();
    action.uid = rows.getColumn(5).getUInt();
    steps.bind(1, id);
    action.outcomes = outcomes_of(steps);
    steps.reset();
    left.bind(1, id);
    action.left = left_of(left);
    left.reset();
    actions.push_back(std::move(action));
  }
  return actions;
}

void write_quarantined(SQLite::Database& database, const Quarantined& entry) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  SQLite::Statement forget(database, "DELETE FROM quarantined WHERE expires_at <= ?");
  forget.bind(1, milliseconds(entry.quarantined_at));
  forget.exec();
  SQLite::Statement write(database, R"sql(
    INSERT OR REPLACE INTO quarantined (id, session, tool, kind, path, jid, files, bytes,
      quarantined_at, expires_at, restored_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql");
  bind_text(write, 1, entry.id);
  bind_text(write, 2, entry.session);
  bind_text(write, 3, to_string(entry.tool));
  bind_text(write, 4, to_string(entry.kind));
  bind_text(write, 5, entry.path);
  if (entry.jid) bind_text(write, 6, to_string(*entry.jid));
  write.bind(7, static_cast<std::int64_t>(entry.files.size()));
  write.bind(8, static_cast<std::int64_t>(total_size(entry)));
  write.bind(9, milliseconds(entry.quarantined_at));
  write.bind(10, milliseconds(entry.expires_at));
  if (entry.restored_at) write.bind(11, milliseconds(*entry.restored_at));
  write.exec();
  transaction.commit();
}

std::vector<RememberedQuarantine> read_quarantined(SQLite::Database& database) {
  SQLite::Statement rows(database,
                         "SELECT id, session, tool, kind, path, jid, files, bytes, quarantined_at,"
                         " expires_at, restored_at FROM quarantined ORDER BY quarantined_at, id");
  std::vector<RememberedQuarantine> entries;
  while (rows.executeStep()) {
    RememberedQuarantine entry;
    if (!read_tool(column_text(rows.getColumn(2)), entry.tool)) continue;
    if (!read_store_kind(column_text(rows.getColumn(3)), entry.kind)) continue;
    entry.id = column_text(rows.getColumn(0));
    entry.session = column_text(rows.getColumn(1));
    entry.path = column_text(rows.getColumn(4));
    if (!rows.getColumn(5).isNull()) entry.jid = column_text(rows.getColumn(5));
    entry.files = static_cast<std::uint64_t>(rows.getColumn(6).getInt64());
    entry.bytes = static_cast<std::uint64_t>(rows.getColumn(7).getInt64());
    entry.quarantined_at = column_time(rows.getColumn(8));
    entry.expires_at = column_time(rows.getColumn(9));
    if (!rows.getColumn(10).isNull()) entry.restored_at = column_time(rows.getColumn(10));
    entries.push_back(std::move(entry));
  }
  return entries;
}

void write_restored(SQLite::Database& database, const std::string& id, Time at) {
  SQLite::Statement write(database, "UPDATE quarantined SET restored_at = ? WHERE id = ?");
  write.bind(1, milliseconds(at));
  bind_text(write, 2, id);
  write.exec();
}

void delete_quarantined(SQLite::Database& database, std::span<const std::string> ids) {
  if (ids.empty()) return;
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  SQLite::Statement forget(database, "DELETE FROM quarantined WHERE id = ?");
  for (const std::string& id : ids) {
    bind_text(forget, 1, id);
    run_once(forget);
  }
  transaction.commit();
}

}  // namespace wasession::registry

#include "registry/sqlite_sessions.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include "registry/sqlite_values.h"

namespace wasession::registry {
namespace {

bool read_state(std::string_view text, State& state) {
  return read_word(
      text,
      std::array{State::linked, State::pairing, State::unpaired, State::logged_out, State::corrupt},
      state);
}

}  // namespace

std::vector<RememberedSession> read_sessions(SQLite::Database& database) {
  SQLite::Statement rows(database, "SELECT id, phone, device, state FROM session ORDER BY id");
  std::vector<RememberedSession> sessions;
  while (rows.executeStep()) {
    RememberedSession session;
    if (!read_state(column_text(rows.getColumn(3)), session.state)) continue;
    session.id = column_text(rows.getColumn(0));
    if (!rows.isColumnNull(1)) session.phone = column_text(rows.getColumn(1));
    if (!rows.isColumnNull(2)) session.device = rows.getColumn(2).getUInt();
    sessions.push_back(std::move(session));
  }
  return sessions;
}

void write_sessions(SQLite::Database& database, std::span<const RememberedSession> sessions) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  database.exec("DELETE FROM session");
  SQLite::Statement write(
      database, "INSERT OR REPLACE INTO session (id, phone, device, state) VALUES (?, ?, ?, ?)");
  for (const RememberedSession& session : sessions) {
    write.clearBindings();
    bind_text(write, 1, session.id);
    if (session.phone) bind_text(write, 2, *session.phone);
    if (session.device) write.bind(3, *session.device);
    bind_text(write, 4, to_string(session.state));
    run_once(write);
  }
  transaction.commit();
}

}  // namespace wasession::registry

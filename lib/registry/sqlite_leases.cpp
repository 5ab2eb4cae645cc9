#include "registry/sqlite_leases.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include "registry/sqlite_values.h"

namespace wasession::registry {

void write_leases(SQLite::Database& database, std::span<const RememberedLease> leases) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  SQLite::Statement write(database,
                          "INSERT OR REPLACE INTO lease"
                          " (account, device, pid, start, since, command, host, uid)"
                          " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  for (const auto& [record, host, uid] : leases) {
    bind_text(write, 1, record.claim.account);
    bind_text(write, 2, record.claim.device);
    write.bind(3, record.process.pid);
    write.bind(4, static_cast<std::int64_t>(record.process.start));
    write.bind(5, milliseconds(record.since));
    bind_text(write, 6, record.command);
    bind_text(write, 7, host);
    write.bind(8, static_cast<std::int64_t>(uid));
    run_once(write);
  }
  transaction.commit();
}

std::vector<RememberedLease> read_leases(SQLite::Database& database) {
  SQLite::Statement rows(database,
                         "SELECT account, device, pid, start, since, command, host, uid FROM lease"
                         " ORDER BY account, device");
  std::vector<RememberedLease> leases;
  while (rows.executeStep()) {
    RememberedLease& lease = leases.emplace_back();
    lease.record.claim = {column_text(rows.getColumn(0)), column_text(rows.getColumn(1))};
    lease.record.process = {rows.getColumn(2).getInt(),
                            static_cast<std::uint64_t>(rows.getColumn(3).getInt64())};
    lease.record.since = column_time(rows.getColumn(4));
    lease.record.command = column_text(rows.getColumn(5));
    lease.host = column_text(rows.getColumn(6));
    lease.uid = static_cast<std::uint32_t>(rows.getColumn(7).getInt64());
  }
  return leases;
}

}  // namespace wasession::registry

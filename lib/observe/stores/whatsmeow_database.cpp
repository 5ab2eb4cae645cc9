#include "observe/stores/whatsmeow_database.h"

#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "observe/stores/overlay_vfs.h"
#include "observe/stores/whatsmeow_device_row.h"
#include "observe/stores/wiping_sqlite.h"

namespace wasession::observe {
namespace {

using namespace std::chrono_literals;

constexpr auto kBusyTimeout = 1000ms;
constexpr TimeLimits kTimeLimits{.work = 1000ms, .wait = 3000ms};
constexpr std::size_t kMostDevices = 1000;
/// Of one value: far above any that whatsmeow stores in the columns that are read.
constexpr int kLargestValue = 1 << 20;
constexpr int kMostOpcodes = 25'000;
constexpr int kOpcodesBetweenClockLooks = 1000;
/// For a WAL that is being checkpointed just now. The pause outlives a tick of the clock that
/// stamps files.
constexpr int kAttempts = 8;
constexpr auto kPauseBetweenAttempts = 25ms;

/// Why `path` is not to be opened at all; empty for a regular file.
std::string why_not_a_file(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    return "cannot be looked at: " + std::generic_category().message(errno);
  }
  if (S_ISREG(status.st_mode)) return status.st_size == 0 ? "is empty, not a database" : "";
  return "is not a regular file; not opened";
}

/// The database as SQLite's VFS sees it; null when there is none.
sqlite3_file* main_file(SQLite::Database& database) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return file;
}

bool starts_like_sqlite(SQLite::Database& database) {
  sqlite3_file* const file = main_file(database);
  char first_bytes[16] = {};
  return file != nullptr && file->pMethods != nullptr &&
         file->pMethods->xRead(file, first_bytes, sizeof first_bytes, 0) == SQLITE_OK &&
         looks_like_sqlite({first_bytes, sizeof first_bytes});
}

/// Takes from the schema of a hostile file everything that it could do harm with.
void set_defences(SQLite::Database& database, OverlayVfs& vfs) {
  sqlite3* const handle = database.getHandle();
  const std::pair<int, int> settings[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                          {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                          {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                          {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                                          {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}};
  for (const auto& [setting, value] : settings) {
    sqlite3_db_config(handle, setting, value, static_cast<int*>(nullptr));
  }
  const std::pair<int, int> limits[] = {{SQLITE_LIMIT_LENGTH, kLargestValue},
                                        {SQLITE_LIMIT_VDBE_OP, kMostOpcodes},
                                        {SQLITE_LIMIT_ATTACHED, 0},
                                        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
                                        {SQLITE_LIMIT_WORKER_THREADS, 0}};
  for (const auto& [limit, value] : limits) sqlite3_limit(handle, limit, value);
  sqlite3_progress_handler(
      handle, kOpcodesBetweenClockLooks,
      [](void* overlay) { return static_cast<OverlayVfs*>(overlay)->out_of_time() ? 1 : 0; }, &vfs);
  database.exec("PRAGMA cell_size_check=ON");
  // With it, a WAL needs no shared memory, and one SHARED lock lasts until the database is closed.
  database.exec("PRAGMA locking_mode=EXCLUSIVE");
}

/// The ordinary columns of a real table; none for a view, a virtual table or no table.
ColumnNames columns_of(SQLite::Database& database, const char* table) {
  SQLite::Statement query(
      database,
      "SELECT lower(c.name) FROM sqlite_schema AS s, "
      "pragma_table_xinfo(s.name) AS c WHERE s.type = 'table' AND s.rootpage > 1 "
      "AND s.sql LIKE 'CREATE TABLE%' AND lower(s.name) = ?1 AND c.hidden = 0");
  query.bindNoCopy(1, table);
  ColumnNames names;
  while (query.executeStep()) names.insert(query.getColumn(0).getString());
  return names;
}

std::optional<int> schema_version(SQLite::Database& database) {
  if (!columns_of(database, "whatsmeow_version").contains("version")) return std::nullopt;
  SQLite::Statement query(database, "SELECT version FROM whatsmeow_version LIMIT 1");
  if (!query.executeStep() || !query.getColumn(0).isInteger()) return std::nullopt;
  const std::int64_t version = query.getColumn(0).getInt64();
  if (version < 0 || version > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(version);
}

/// True when the file ends before its last page does, which SQLite notices only in reading there.
/// (With a `-wal` the last pages may rightly be in that.)
bool is_truncated(SQLite::Database& database, const OverlayVfs& vfs) {
  const auto& on_disk = vfs.state_when_locked();
  if (on_disk && on_disk->wal && on_disk->wal->size > 0) return false;
  const std::int64_t pages = database.execAndGet("PRAGMA page_count").getInt64();
  const std::int64_t page_size = database.execAndGet("PRAGMA page_size").getInt64();
  sqlite3_file* const file = main_file(database);
  sqlite3_int64 size = 0;
  return file->pMethods->xFileSize(file, &size) == SQLITE_OK && size < pages * page_size;
}

/// SQLite's own text for an error may quote the file, so only its kind is told.
std::string describe(const SQLite::Exception& error, const OverlayVfs& vfs) {
  if (!vfs.problem().empty()) return vfs.problem();
  if (vfs.out_of_memory()) return "its journal is too large to be replayed in memory";
  switch (error.getErrorCode()) {
    case SQLITE_BUSY:
      return "locked by another program; try again";
    case SQLITE_INTERRUPT:
      return "reading it took too long; given up";
    case SQLITE_NOTADB:
      return "not a database, or an encrypted one";
    case SQLITE_CORRUPT:
      return "damaged: not all of it can be read";
    default:
      return fmt::format("SQLite cannot read it: {}", sqlite3_errstr(error.getErrorCode()));
  }
}

/// True for a fault of one row that says nothing of its neighbours.
bool concerns_one_row(const SQLite::Exception& error) {
  return error.getErrorCode() == SQLITE_TOOBIG || error.getErrorCode() == SQLITE_CORRUPT;
}

CredentialReading read_device(SQLite::Statement& query, std::int64_t rowid) {
  CredentialReading corrupt;
  corrupt.state = State::corrupt;
  query.tryReset();  // it reports once more what was wrong with the row before
  query.bind(1, rowid);
  try {
    if (query.executeStep()) return read_device_row(query);
    corrupt.problems.emplace_back("the row cannot be found again by its number");
  } catch (const SQLite::Exception& error) {
    if (!concerns_one_row(error)) throw;
    corrupt.problems.push_back(error.getErrorCode() == SQLITE_TOOBIG
                                   ? fmt::format("a value has over {} bytes", kLargestValue)
                                   : "the row is damaged");
  }
  return corrupt;
}

void read_devices(SQLite::Database& database, const ColumnNames& columns,
                  DatabaseReading& reading) {
  SQLite::Statement rowids(database, "SELECT rowid FROM whatsmeow_device ORDER BY rowid");
  SQLite::Statement device(database, device_row_query(columns));
  while (rowids.executeStep()) {
    if (reading.devices.size() == kMostDevices) {
      reading.problems.push_back(
          fmt::format("it has over {} devices; the others are left out", kMostDevices));
      return;
    }
    reading.devices.push_back(read_device(device, rowids.getColumn(0).getInt64()));
  }
}

void read_open_database(SQLite::Database& database, OverlayVfs& vfs, DatabaseReading& reading) {
  if (!starts_like_sqlite(database)) {
    reading.problems.emplace_back("not an SQLite database, or an encrypted one");
    return;
  }
  set_defences(database, vfs);
  const ColumnNames columns = columns_of(database, "whatsmeow_device");
  reading.is_whatsmeow = has_device_columns(columns);
  if (!reading.is_whatsmeow) return;
  reading.schema_version = schema_version(database);
  read_devices(database, columns, reading);
  if (is_truncated(database, vfs)) reading.problems.emplace_back("truncated: its end is missing");
}

/// Nothing when the database changed underneath, so that the answer may be a mixture.
std::optional<DatabaseReading> read_once(const std::string& path) {
  OverlayVfs vfs(path, kTimeLimits);
  std::unique_ptr<SQLite::Database> database;
  DatabaseReading reading;
  try {
    database = std::make_unique<SQLite::Database>(
        path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
        static_cast<int>(kBusyTimeout.count()), vfs.name());
    read_open_database(*database, vfs, reading);
  } catch (const SQLite::Exception& error) {
    reading.problems.push_back(describe(error, vfs));
  }
  const std::optional<DiskState> before = vfs.state_when_locked();
  if (!before) return reading;
  if (!read_one_state(*before, look_at_database(path))) return std::nullopt;
  for (CredentialReading& device : reading.devices) device.last_used_at = before->last_change();
  return reading;
}

DatabaseReading only_problem(std::string problem) {
  DatabaseReading reading;
  reading.problems.push_back(std::move(problem));
  return reading;
}

}  // namespace

DatabaseReading read_whatsmeow_database(const std::string& path) {
  sqlite_wipes_memory();
  const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr),
                                                             &std::free);
  if (!resolved) {
    return only_problem("cannot be found: " + std::generic_category().message(errno));
  }
  const std::string real_path(resolved.get());
  if (std::string problem = why_not_a_file(real_path); !problem.empty()) {
    return only_problem(std::move(problem));
  }
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(kPauseBetweenAttempts);
    if (auto reading = read_once(real_path)) return *std::move(reading);
  }
  return only_problem("kept changing while it was read; try again");
}

bool looks_like_sqlite(std::string_view first_bytes) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  return first_bytes.starts_with(kMagic);
}

}  // namespace wasession::observe

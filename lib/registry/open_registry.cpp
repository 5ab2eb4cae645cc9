#include <chrono>
#include <filesystem>
#include <string_view>
#include <thread>
#include <utility>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "registry/migrations.h"
#include "registry/refusal.h"
#include "registry/registry.h"
#include "registry/registry_file.h"
#include "registry/sqlite_registry.h"

namespace wasession::registry {
namespace {

constexpr int kBusyTimeoutMs = 500;

bool is_damage(const SQLite::Exception& failure) {
  const int code = failure.getErrorCode() & 0xff;
  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/// The form that carries SQLite's parameters; every byte that could end the path is escaped.
std::string file_uri(const std::string& path, std::string_view parameters) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string uri = "file:";
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri + "?" + std::string(parameters);
}

/// Links above the registry's own directory are the user's business, and SQLITE_OPEN_NOFOLLOW minds
/// links anywhere in a path.
std::string real_path(const std::string& path) {
  const std::filesystem::path file(path);
  return (std::filesystem::canonical(file.parent_path()) / file.filename()).string();
}

bool is_filled(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && status.st_size > 0;
}

SQLite::Database open_database(const std::string& path, std::string_view parameters, int flags) {
  return {file_uri(real_path(path), parameters),
          flags | SQLite::OPEN_URI | SQLite::OPEN_NOFOLLOW | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs};
}

/// Reads without making a file. A plain mode=ro would make -wal and -shm beside a database in WAL
/// mode, or fail where it may not: with both present readonly_shm reads the log through them, and
/// without a log the database file alone is the whole truth, which immutable reads. (A log without
/// its -shm, as a copy may bring, is not replayed.)
SQLite::Database open_without_writing(const std::string& path) {
  if (is_filled(path + "-wal") && is_filled(path + "-shm")) {
    try {
      SQLite::Database database =
          open_database(path, "mode=ro&readonly_shm=1", SQLite::OPEN_READONLY);
      schema_version(database);
      return database;
    } catch (const SQLite::Exception& failure) {
      if (is_damage(failure)) throw;
    }
  }
  return open_database(path, "mode=ro&immutable=1", SQLite::OPEN_READONLY);
}

SQLite::Database database_in_memory() {
  return {":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
}

/// An older schema is brought to the newest in a copy in memory, so that reading needs no other
/// queries than the newest.
SQLite::Database migrated_copy(SQLite::Database& old) {
  SQLite::Database copy = database_in_memory();
  SQLite::Backup(copy, old).executeStep();
  migrate(copy);
  return copy;
}

std::unique_ptr<Registry> read_only_registry(const std::string& path) {
  SQLite::Database database = open_without_writing(path);
  require_known_schema(database);
  if (schema_version(database) < static_cast<int>(kMigrationCount))
    database = migrated_copy(database);
  database.exec("PRAGMA query_only = ON");
  return sqlite_registry(std::move(database), false);
}

/// The change to WAL needs the database for itself and does not wait for it.
void enter_wal_mode(SQLite::Database& database) {
  using namespace std::chrono_literals;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(kBusyTimeoutMs);
  while (true) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (const SQLite::Exception& failure) {
      const bool busy = (failure.getErrorCode() & 0xff) == SQLITE_BUSY;
      if (!busy || std::chrono::steady_clock::now() > give_up) throw;
    }
    std::this_thread::sleep_for(5ms);
  }
}

std::unique_ptr<Registry> writable_registry(const std::string& path) {
  if (!may_be_written(path)) {
    throw SQLite::Exception("attempt to write a readonly database", SQLITE_READONLY);
  }
  close_to_others(path);
  SQLite::Database database = open_database(path, "mode=rw", SQLite::OPEN_READWRITE);
  require_known_schema(database);
  migrate(database);
  enter_wal_mode(database);
  database.exec("PRAGMA synchronous = NORMAL");
  const std::string fault = database.execAndGet("PRAGMA quick_check(1)").getString();
  if (fault != "ok") throw SQLite::Exception(fault, SQLITE_CORRUPT);
  return sqlite_registry(std::move(database), true);
}

/// Throws what the caller is to tell, or do, about a file that no registry can be read from.
void require_registry(const std::string& path) {
  const Contents contents = contents_of(path);
  if (contents == Contents::registry || contents == Contents::empty) return;
  // Whatever stands under another name (a mistyped `--registry creds.json`) must not be moved.
  const bool named_like_ours = std::filesystem::path(path).filename() == "registry.db";
  if (contents == Contents::no_database && named_like_ours) {
    throw SQLite::Exception("file is not a database", SQLITE_NOTADB);
  }
  throw Refusal(
      "it is not a session registry and is left alone; name another file with --registry");
}

Opening open_for_reading(const std::string& path) {
  if (!registry_file_exists(path)) return {};
  require_registry(path);
  return {read_only_registry(path), std::nullopt};
}

Opening begin_anew(const std::string& path, const FileIdentity& damaged) {
  const auto now = std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now());
  const std::string aside = set_aside(path, damaged, now);
  make_registry_file(path);
  Opening opening{writable_registry(path), std::nullopt};
  if (!aside.empty()) {
    opening.warning =
        Warning{path, fmt::format("the session registry was damaged: it was set aside as {} and a "
                                  "new one was begun",
                                  aside)};
  }
  return opening;
}

Opening open_for_writing(const std::string& path) {
  make_registry_file(path);
  const FileIdentity identity = identity_of(path);
  try {
    require_registry(path);
    return {writable_registry(path), std::nullopt};
  } catch (const SQLite::Exception& failure) {
    if (is_damage(failure)) return begin_anew(path, identity);
    return {read_only_registry(path), describe_failure(path, failure)};
  }
}

std::string_view reason_and_cure(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another wasession is writing to it; try again";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "it or its directory cannot be written, so nothing new is remembered";
    case SQLITE_CANTOPEN:
      return "it, or a file that SQLite needs beside it, cannot be opened";
    case SQLITE_FULL:
      return "the disk is full; free some space";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "it is damaged; the next run that may write sets it aside";
    default:
      return {};
  }
}

}  // namespace

Opening open_registry(const std::string& path, Access access) {
  if (path.empty()) {
    return {nullptr, Warning{"",
                             "there is no place for the session registry: neither HOME nor "
                             "XDG_STATE_HOME is an absolute path; name a file with --registry"}};
  }
  try {
    const std::string absolute = std::filesystem::absolute(path).lexically_normal().string();
    if (access == Access::read_write) return open_for_writing(absolute);
    return open_for_reading(absolute);
  } catch (const SQLite::Exception& failure) {
    return {nullptr, describe_failure(path, failure), is_damage(failure)};
  } catch (const std::exception& failure) {
    return {nullptr, describe_failure(path, failure)};
  }
}

std::unique_ptr<Registry> registry_in_memory() {
  SQLite::Database database = database_in_memory();
  migrate(database);
  return sqlite_registry(std::move(database), true);
}

Warning describe_failure(const std::string& path, const std::exception& failure) {
  std::string why = failure.what();
  if (const auto* sqlite = dynamic_cast<const SQLite::Exception*>(&failure)) {
    const std::string_view known = reason_and_cure(sqlite->getErrorCode());
    if (!known.empty()) why = fmt::format("{} ({})", known, why);
  }
  return {path, "the session registry cannot be used as it should: " + why};
}

}  // namespace wasession::registry

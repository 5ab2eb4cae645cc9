// Reading while, and after, another process writes.
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sqlite3.h>

#include "observe/stores/whatsmeow_database.h"
#include "unit/observe/whatsmeow_support.h"

namespace wasession::observe {
namespace {

using namespace wasession::test;

const std::string kOldKey = key_of(100);
const std::string kNewKey = key_of(200);

void update_device(SQLite::Database& database, const std::string& key, const std::string& name) {
  SQLite::Statement update(database, "UPDATE whatsmeow_device SET noise_key = ?, push_name = ?");
  update.bind(1, key.data(), static_cast<int>(key.size()));
  update.bind(2, name);
  update.exec();
}

/// Fills more pages than the cache of `spilling_database` may hold, so that SQLite writes
/// uncommitted pages into the database file.
void spill(SQLite::Database& database) {
  for (int i = 0; i < 60; ++i) database.exec("INSERT INTO filler VALUES (zeroblob(4000))");
}

DatabaseReading read_unchanged(const DatabaseDirectory& directory) {
  const auto before = directory_state(directory.path());
  DatabaseReading reading = read_whatsmeow_database(directory.path("a.db"));
  CHECK_MESSAGE(directory_state(directory.path()) == before,
                "reading a store created, changed or deleted a file beside it");
  return reading;
}

void check_only_device(const DatabaseReading& reading, const std::string& key) {
  CHECK(reading.problems.empty());
  REQUIRE(reading.devices.size() == 1);
  CHECK(reading.devices[0].state == State::linked);
  CHECK(reading.devices[0].fingerprint.value().short_hex() == expected_fingerprint(key));
}

/// All devices were written by one and the same transaction.
void check_one_state(const DatabaseReading& reading, std::size_t devices) {
  static const std::string old_fingerprint = expected_fingerprint(kOldKey);
  static const std::string new_fingerprint = expected_fingerprint(kNewKey);
  REQUIRE(reading.devices.size() == devices);
  const bool is_new = reading.devices[0].account.name == "New";
  for (const CredentialReading& device : reading.devices) {
    CHECK(device.problems.empty());
    CHECK_MESSAGE(
        device.fingerprint.value().short_hex() == (is_new ? new_fingerprint : old_fingerprint),
        "a reading mixes two states of the database");
  }
}

void check_locked(const DatabaseReading& reading) {
  CHECK(reading.devices.empty());
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0] == "locked by another program; try again");
}

}  // namespace

TEST_CASE(
    "a device whose row is only in the -wal is found, with the writer alive and after its death") {
  const DatabaseDirectory directory;
  Child writer([&](const Child::Report& report) {
    SQLite::Database database(directory.path("a.db"), kCreate);
    database.exec("PRAGMA journal_mode=WAL");
    create_schema(database);
    insert_device(database, {.noise_key = kNewKey});
    report("committed");
    ::pause();
  });
  REQUIRE(writer.wait_for_line() == "committed");
  REQUIRE_MESSAGE(file_bytes(directory.path("a.db")).find(kNewKey) == std::string::npos,
                  "the row is in the main file, so the test shows nothing");
  check_only_device(read_unchanged(directory), kNewKey);

  writer.kill();
  check_only_device(read_unchanged(directory), kNewKey);
  std::filesystem::remove(directory.path("a.db-shm"));
  check_only_device(read_unchanged(directory), kNewKey);
}

TEST_CASE("a transaction that was not committed to the -wal is not seen") {
  const DatabaseDirectory directory;
  make_database(directory.path("a.db"), {{.noise_key = kOldKey}});
  Child writer([&](const Child::Report& report) {
    SQLite::Database database(directory.path("a.db"), kCreate);
    database.exec("PRAGMA journal_mode=WAL; PRAGMA cache_size=5; BEGIN");
    update_device(database, kNewKey, "New");
    spill(database);
    report("spilled");
    ::pause();
  });
  REQUIRE(writer.wait_for_line() == "spilled");
  REQUIRE(std::filesystem::file_size(directory.path("a.db-wal")) > 0);
  check_only_device(read_unchanged(directory), kOldKey);
  writer.kill();
  check_only_device(read_unchanged(directory), kOldKey);
}

TEST_CASE("the hot journal of a killed writer is rolled back in memory only") {
  const DatabaseDirectory directory;
  make_database(directory.path("a.db"), {{.noise_key = kOldKey}});
  const std::string committed = file_bytes(directory.path("a.db"));
  Child writer([&](const Child::Report& report) {
    SQLite::Database database(directory.path("a.db"), kCreate);
    database.exec("PRAGMA cache_size=5; BEGIN");
    update_device(database, kNewKey, "New");
    report("reserved");
    ::raise(SIGSTOP);
    spill(database);
    report("spilled");
    ::pause();
  });
  REQUIRE(writer.wait_for_line() == "reserved");
  check_only_device(read_unchanged(directory), kOldKey);

  writer.resume();
  REQUIRE(writer.wait_for_line() == "spilled");
  check_locked(read_unchanged(directory));

  writer.kill();
  REQUIRE_MESSAGE(file_bytes(directory.path("a.db")) != committed,
                  "the writer spilled nothing, so the journal is not needed");
  REQUIRE(std::filesystem::exists(directory.path("a.db-journal")));
  check_only_device(read_unchanged(directory), kOldKey);
  check_only_device(read_unchanged(directory), kOldKey);

  // SQLite itself comes to the same answer.
  SQLite::Database database(directory.path("a.db"), kCreate);
  CHECK(database.execAndGet("SELECT noise_key FROM whatsmeow_device").getString() == kOldKey);
}

TEST_CASE("a cut or damaged hot journal never yields a fingerprint that was never stored") {
  const DatabaseDirectory made;
  make_database(made.path("a.db"), {{.noise_key = kOldKey}});
  Child writer([&](const Child::Report& report) {
    SQLite::Database database(made.path("a.db"), kCreate);
    database.exec("PRAGMA cache_size=5; BEGIN");
    update_device(database, kNewKey, "New");
    spill(database);
    report("spilled");
    ::pause();
  });
  REQUIRE(writer.wait_for_line() == "spilled");
  writer.kill();
  const std::string main = file_bytes(made.path("a.db"));
  const std::string journal = file_bytes(made.path("a.db-journal"));
  const DatabaseDirectory directory;
  write_file(directory.path("a.db"), main);
  unsigned seed = 1;
  for (std::size_t length = 0; length < journal.size(); length += 101) {
    CAPTURE(length);
    std::string changed = journal.substr(0, length);
    seed = seed * 1664525 + 1013904223;
    if (length > 0 && seed % 2 == 0) changed[(seed >> 8) % length] = static_cast<char>(seed);
    write_file(directory.path("a.db-journal"), changed);
    const DatabaseReading reading = read_whatsmeow_database(directory.path("a.db"));
    for (const CredentialReading& device : reading.devices) {
      if (!device.fingerprint) continue;
      const std::string found = device.fingerprint->short_hex();
      CHECK((found == expected_fingerprint(kOldKey) || found == expected_fingerprint(kNewKey)));
    }
    REQUIRE(file_bytes(directory.path("a.db")) == main);
    REQUIRE(file_bytes(directory.path("a.db-journal")) == changed);
  }
}

TEST_CASE("a database that another program holds exclusively is told as locked") {
  const DatabaseDirectory directory;
  make_database(directory.path("a.db"), {{.noise_key = kOldKey}});
  Child holder([&](const Child::Report& report) {
    SQLite::Database database(directory.path("a.db"), kCreate);
    database.exec("BEGIN EXCLUSIVE");
    report("locked");
    ::pause();
  });
  REQUIRE(holder.wait_for_line() == "locked");
  check_locked(read_unchanged(directory));
  holder.kill();
  check_only_device(read_unchanged(directory), kOldKey);
}

TEST_CASE("reading beside a writer that commits in a loop always gives one of its states") {
  constexpr int kReadings = 60;
  constexpr int kDevices = 12;
  for (const std::string mode :
       {"DELETE", "TRUNCATE", "PERSIST", "WAL; PRAGMA wal_autocheckpoint=1",
        "WAL; PRAGMA wal_autocheckpoint=1000"}) {
    CAPTURE(mode);
    const DatabaseDirectory directory;
    std::vector<DeviceRow> rows;
    for (int i = 0; i < kDevices; ++i) {
      rows.push_back({.jid = "15550101010:" + std::to_string(i) + "@s.whatsapp.net",
                      .noise_key = kOldKey,
                      .push_name = "Old"});
    }
    make_database(directory.path("a.db"), rows);
    Child writer([&](const Child::Report& report) {
      SQLite::Database database(directory.path("a.db"), kCreate, 5000);
      database.exec("PRAGMA journal_mode=" + mode + "; PRAGMA synchronous=OFF");
      // Each device gets a page of its own, so that a mixture of two states can be told.
      database.exec("UPDATE whatsmeow_device SET platform = zeroblob(3000)");
      for (int i = 0;; ++i) {
        database.exec("BEGIN IMMEDIATE");
        update_device(database, i % 2 == 0 ? kNewKey : kOldKey, i % 2 == 0 ? "New" : "Old");
        database.exec("COMMIT");
        if (i == 0) report("writing");
        ::usleep(1000);
      }
    });
    REQUIRE(writer.wait_for_line() == "writing");
    int whole = 0;
    for (int i = 0; i < kReadings; ++i) {
      const DatabaseReading reading = read_whatsmeow_database(directory.path("a.db"));
      if (!reading.problems.empty()) {
        CHECK_MESSAGE(reading.problems[0].ends_with("try again"), reading.problems[0]);
        CHECK(reading.devices.empty());
        continue;
      }
      ++whole;
      check_one_state(reading, kDevices);
    }
    MESSAGE(mode, ": ", whole, " of ", kReadings, " readings beside the writer were whole");
    writer.kill();
    check_one_state(read_whatsmeow_database(directory.path("a.db")), kDevices);
  }
}

TEST_CASE("another connection of this process keeps its locks while a store is read") {
  const DatabaseDirectory directory;
  make_database(directory.path("a.db"), {{.noise_key = kOldKey}});
  SQLite::Database own(directory.path("a.db"), kCreate);
  own.exec("BEGIN IMMEDIATE");
  check_only_device(read_unchanged(directory), kOldKey);
  Child rival([&](const Child::Report& report) {
    SQLite::Database database(directory.path("a.db"), kCreate);
    report(database.tryExec("BEGIN IMMEDIATE") == SQLITE_BUSY ? "refused" : "allowed");
  });
  CHECK_MESSAGE(rival.wait_for_line() == "refused",
                "closing the file dropped this process's own lock on it");
}

TEST_CASE("the last use is the last change of the database or of its -wal") {
  const DatabaseDirectory directory;
  Child writer([&](const Child::Report& report) {
    SQLite::Database database(directory.path("a.db"), kCreate);
    database.exec("PRAGMA journal_mode=WAL");
    create_schema(database);
    insert_device(database, {.noise_key = kOldKey});
    report("committed");
    ::pause();
  });
  REQUIRE(writer.wait_for_line() == "committed");
  writer.kill();
  const auto set_time = [&](const char* name, time_t seconds) {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    REQUIRE(::utimensat(AT_FDCWD, directory.path(name).c_str(), times, 0) == 0);
  };
  const auto last_use = [&] {
    return rfc3339(read_unchanged(directory).devices.at(0).last_used_at.value());
  };
  set_time("a.db", 1700000000);
  set_time("a.db-wal", 1700000060);
  CHECK(last_use() == "2023-11-14T22:14:20Z");
  set_time("a.db", 1700000120);
  CHECK(last_use() == "2023-11-14T22:15:20Z");
}

TEST_CASE("a database in a directory that may not be written is read, hot journal included") {
  const DatabaseDirectory directory;
  make_database(directory.path("a.db"), {{.noise_key = kOldKey}});
  Child writer([&](const Child::Report& report) {
    SQLite::Database database(directory.path("a.db"), kCreate);
    database.exec("PRAGMA cache_size=5; BEGIN");
    update_device(database, kNewKey, "New");
    spill(database);
    report("spilled");
    ::pause();
  });
  REQUIRE(writer.wait_for_line() == "spilled");
  writer.kill();
  using std::filesystem::perms;
  for (const char* name : {"a.db", "a.db-journal"}) {
    std::filesystem::permissions(directory.path(name), perms::all & ~perms(0333));
  }
  std::filesystem::permissions(directory.path(), perms(0555));
  // Root may write anyway, so another user reads.
  Child reader([&](const Child::Report& report) {
    if (::getuid() == 0 && ::setuid(65534) != 0) ::_exit(3);
    const DatabaseReading reading = read_whatsmeow_database(directory.path("a.db"));
    report(reading.devices.size() == 1 && reading.devices[0].fingerprint
               ? reading.devices[0].fingerprint->short_hex()
           : reading.problems.empty() ? "nothing"
                                      : reading.problems[0]);
  });
  CHECK(reader.wait_for_line() == expected_fingerprint(kOldKey));
  std::filesystem::permissions(directory.path(), perms(0700));
}

}  // namespace wasession::observe

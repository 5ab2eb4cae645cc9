// Files that pass themselves off as a whatsmeow database, or that were one once.
#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "observe/stores/whatsmeow_database.h"
#include "unit/observe/whatsmeow_support.h"

namespace wasession::observe {

using namespace wasession::test;

TEST_CASE("a view named whatsmeow_device with an endless query is not run") {
  const DatabaseDirectory directory;
  SQLite::Database(directory.path("a.db"), kCreate)
      .exec(
          "CREATE VIEW whatsmeow_device AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 "
          "FROM n) SELECT i AS jid, i AS noise_key, i AS identity_key, i AS registration_id FROM "
          "n");
  CHECK_FALSE(read_unchanged(directory, "a.db").is_whatsmeow);
}

TEST_CASE("a view that the schema passes off as a table is not run") {
  const DatabaseDirectory directory;
  SQLite::Database(directory.path("a.db"), kCreate)
      .exec(
          "CREATE TABLE t (a); CREATE VIEW whatsmeow_device AS WITH RECURSIVE n(i) AS (SELECT 1 "
          "UNION ALL SELECT i+1 FROM n) SELECT i AS jid, i AS noise_key, i AS identity_key, i AS "
          "registration_id FROM n; PRAGMA writable_schema=ON; UPDATE sqlite_schema SET type = "
          "'table', rootpage = 2, sql = replace(sql, 'CREATE VIEW', 'CREATE/**/VIEW') WHERE name "
          "= 'whatsmeow_device'");
  CHECK_FALSE(read_unchanged(directory, "a.db").is_whatsmeow);
}

TEST_CASE("columns that are computed are not taken for stored ones") {
  const DatabaseDirectory directory;
  SQLite::Database(directory.path("a.db"), kCreate)
      .exec(
          "CREATE TABLE whatsmeow_device (jid, identity_key, registration_id, noise_key AS "
          "(zeroblob(900000))); INSERT INTO whatsmeow_device (jid) VALUES ('x')");
  CHECK_FALSE(read_unchanged(directory, "a.db").is_whatsmeow);
}

TEST_CASE("whatever is not a regular file is not opened") {
  const DatabaseDirectory directory;
  REQUIRE(::mkfifo(directory.path("fifo").c_str(), 0600) == 0);
  std::filesystem::create_directory(directory.path("directory"));
  std::filesystem::create_symlink("loop", directory.path("loop"));
  for (const char* name : {"fifo", "directory", "loop", "absent"}) {
    CAPTURE(std::string(name));
    const DatabaseReading reading = read_unchanged(directory, name);
    CHECK_FALSE(reading.is_whatsmeow);
    CHECK(reading.problems.size() == 1);
  }
  CHECK(read_whatsmeow_database("/dev/zero").problems.size() == 1);
}

TEST_CASE("a symbolic link to a database reads that database") {
  const DatabaseDirectory directory;
  make_database(directory.path("a.db"), {DeviceRow{}});
  std::filesystem::create_symlink("a.db", directory.path("link"));
  CHECK(read_unchanged(directory, "link").devices.size() == 1);
}

TEST_CASE("a -wal or -journal that is no regular file is refused and named") {
  for (const char* suffix : {"-wal", "-journal"}) {
    for (const bool fifo : {true, false}) {
      CAPTURE(std::string(suffix));
      CAPTURE(fifo);
      const DatabaseDirectory directory;
      make_database(directory.path("a.db"), {DeviceRow{}});
      const std::string beside = directory.path(std::string("a.db") + suffix);
      write_file(directory.path("elsewhere"), std::string(100, 'x'));
      if (fifo) REQUIRE(::mkfifo(beside.c_str(), 0600) == 0);
      if (!fifo) std::filesystem::create_symlink("elsewhere", beside);
      const DatabaseReading reading = read_unchanged(directory, "a.db");
      REQUIRE(reading.problems.size() == 1);
      CHECK(reading.problems[0].starts_with(std::string("a.db") + suffix));
    }
  }
}

TEST_CASE("files that are not databases are told as such") {
  const DatabaseDirectory directory;
  write_file(directory.path("empty"), "");
  write_file(directory.path("short"), "SQLite");
  write_file(directory.path("text"), std::string(5000, 'x'));
  std::string garbage("SQLite format 3\0", 16);
  for (unsigned i = 0; i < 300; ++i) garbage += key_of(i);
  write_file(directory.path("garbage"), garbage);
  for (const char* name : {"empty", "short", "text", "garbage"}) {
    CAPTURE(std::string(name));
    const DatabaseReading reading = read_unchanged(directory, name);
    CHECK_FALSE(reading.is_whatsmeow);
    CHECK(reading.devices.empty());
    CHECK(reading.problems.size() == 1);
  }
}

TEST_CASE("no truncation crashes the reader or yields a wrong fingerprint") {
  const DatabaseDirectory directory;
  make_database(
      directory.path("whole.db"),
      {{.noise_key = key_of(1)}, {.jid = "15550101011:7@s.whatsapp.net", .noise_key = key_of(2)}});
  const std::string whole = file_bytes(directory.path("whole.db"));
  const std::string allowed[] = {expected_fingerprint(key_of(1)), expected_fingerprint(key_of(2))};
  for (std::size_t length = 0; length < whole.size(); length += 61) {
    CAPTURE(length);
    write_file(directory.path("cut.db"), whole.substr(0, length));
    const DatabaseReading reading = read_whatsmeow_database(directory.path("cut.db"));
    CHECK_MESSAGE(!reading.problems.empty(), "a truncated store is shown as sound");
    for (const CredentialReading& device : reading.devices) {
      if (!device.fingerprint) continue;
      CHECK(std::ranges::count(allowed, device.fingerprint->short_hex()) == 1);
    }
  }
}

TEST_CASE("no flipped byte crashes the reader or leaves a trace on disk") {
  const DatabaseDirectory directory;
  make_database(directory.path("whole.db"), {{.noise_key = key_of(1)}});
  const std::string whole = file_bytes(directory.path("whole.db"));
  unsigned seed = 20261122;
  for (int round = 0; round < 1500; ++round) {
    std::string bytes = whole;
    for (int change = 0; change < 3; ++change) {
      seed = seed * 1664525 + 1013904223;
      // Half of the changes go to the headers, where most of the structure is.
      const std::size_t range = (seed & 1) != 0 ? 128 : bytes.size();
      bytes[(seed >> 8) % range] = static_cast<char>(seed >> 3);
    }
    CAPTURE(round);
    write_file(directory.path("flipped.db"), bytes);
    read_whatsmeow_database(directory.path("flipped.db"));
    REQUIRE(file_bytes(directory.path("flipped.db")) == bytes);
    REQUIRE(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 2);
  }
}

TEST_CASE("many databases are read from many threads at once") {
  const DatabaseDirectory directory;
  std::vector<std::string> expected;
  for (unsigned i = 0; i < 4; ++i) {
    make_database(directory.path(std::to_string(i)), {{.noise_key = key_of(i)}});
    expected.push_back(expected_fingerprint(key_of(i)));
  }
  std::vector<std::string> faults(8);
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < faults.size(); ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t round = 0; round < 50; ++round) {
        const std::size_t which = (thread + round) % expected.size();
        const auto reading = read_whatsmeow_database(directory.path(std::to_string(which)));
        if (!reading.problems.empty()) {
          faults[thread] = reading.problems[0];
        } else if (reading.devices.size() != 1 ||
                   reading.devices[0].fingerprint->short_hex() != expected[which]) {
          faults[thread] = "wrong devices";
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& fault : faults) CHECK_MESSAGE(fault.empty(), fault);
}

}  // namespace wasession::observe

#include "registry/registry.h"

#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <doctest/doctest.h>

#include "registry/migrations.h"
#include "unit/registry/support.h"

using namespace registry_test;

namespace {

constexpr std::int64_t kDay = 24 * 60 * 60 * 1000;

Fingerprint fingerprint(std::uint8_t first) {
  Fingerprint value;
  value.bytes.fill(0xab);
  value.bytes[0] = first;
  return value;
}

/// A database as the first `version` migrations left it, with one row when there is a table.
void make_version(const std::string& path, std::size_t version) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  if (version == 0) return;
  database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
  for (std::size_t step = 0; step < version; ++step) database.exec(kMigrations[step]);
  database.exec("PRAGMA user_version = " + std::to_string(version));
  database.exec(
      "INSERT INTO store (path, tool, kind, name, first_seen, last_seen)"
      " VALUES ('/old', 'wacli', 'whatsmeow-database', 'default', 1, 2)");
}

}  // namespace

TEST_SUITE("registry") {
  TEST_CASE("the registry lies in the state directory of the platform") {
    CHECK_EQ(default_registry_path("/state", "/home/a", false), "/state/wasession/registry.db");
    CHECK_EQ(default_registry_path(std::nullopt, "/home/a", false),
             "/home/a/.local/state/wasession/registry.db");
    CHECK_EQ(default_registry_path(std::nullopt, "/Users/a", true),
             "/Users/a/Library/Application Support/wasession/registry.db");
    CHECK_EQ(default_registry_path("relative", "/home/a", false),
             "/home/a/.local/state/wasession/registry.db");
    CHECK_EQ(default_registry_path(std::nullopt, "", false), "");
    CHECK_EQ(default_registry_path(std::nullopt, "home", false), "");
    CHECK_EQ(default_registry_path("relative", "./a", true), "");
  }

  TEST_CASE("a remembered store is there at the next run with the day it was first seen") {
    const Directory directory;
    const std::string path = directory.path("state/wasession/registry.db");
    const std::string odd = "/home/x/new\nline '\"\xff;--/session.db";
    RememberedStore first = store(odd, at(kDay));
    {
      const Opening opening = open_registry(path, Access::read_write);
      REQUIRE_EQ(warning_of(opening), "");
      REQUIRE(opening.registry);
      CHECK(opening.registry->writable());
      opening.registry->remember_stores(std::vector{first, store("/a")});
      first.last_seen = first.first_seen = at(9 * kDay);
      first.name = "renamed";
      opening.registry->remember_stores(std::vector{first});
    }
    for (const Access access : {Access::read_only, Access::read_write}) {
      const Opening opening = open_registry(path, access);
      REQUIRE(opening.registry);
      const auto stores = opening.registry->remembered_stores();
      REQUIRE_EQ(stores.size(), 2);
      CHECK_EQ(stores[0].path, "/a");
      CHECK_EQ(stores[1].path, odd);
      CHECK_EQ(stores[1].name, "renamed");
      CHECK_EQ(stores[1].tool, Tool::wacli);
      CHECK_EQ(stores[1].kind, StoreKind::whatsmeow_database);
      CHECK_EQ(stores[1].first_seen, at(kDay));
      CHECK_EQ(stores[1].last_seen, at(9 * kDay));
    }
  }

  TEST_CASE("a second look on the same day writes nothing, one on the next day does") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    const Opening opening = open_registry(path, Access::read_write);
    REQUIRE(opening.registry);
    SQLite::Database other(path, SQLite::OPEN_READONLY);
    const auto data_version = [&] { return other.execAndGet("PRAGMA data_version").getInt(); };

    opening.registry->remember_stores(std::vector{store("/a", at(5 * kDay)), store("/b", at(0))});
    const int written = data_version();
    opening.registry->remember_stores(
        std::vector{store("/a", at(6 * kDay - 1)), store("/b", at(kDay - 1))});
    CHECK_MESSAGE(data_version() == written, "every run would write to the disk");
    opening.registry->remember_stores(std::vector{store("/a", at(3 * kDay))});
    CHECK_MESSAGE(data_version() == written, "an older look would overwrite a newer one");
    opening.registry->remember_stores(std::vector{store("/a", at(6 * kDay))});
    CHECK_MESSAGE(data_version() != written, "the day a store was last seen would never move");
    CHECK_EQ(opening.registry->remembered_stores()[0].last_seen, at(6 * kDay));
  }

  TEST_CASE("the sessions of the last look are kept, and no others") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    const RememberedSession linked{"openclaw/a", "15550001111", 12, State::linked};
    const RememberedSession bare{"wacli/\xff'\n", std::nullopt, std::nullopt, State::corrupt};
    {
      const Opening opening = open_registry(path, Access::read_write);
      REQUIRE(opening.registry);
      opening.registry->remember_sessions(
          std::vector{RememberedSession{"gone", "1", 1, State::unpaired}});
      opening.registry->remember_sessions(std::vector{linked, bare});
    }
    const Opening opening = open_registry(path, Access::read_only);
    REQUIRE(opening.registry);
    CHECK(opening.registry->remembered_sessions() == std::vector{linked, bare});
  }

  TEST_CASE("a forgotten store is not found again, and its neighbour stays") {
    const Directory directory;
    const Opening opening = open_registry(directory.path("registry.db"), Access::read_write);
    REQUIRE(opening.registry);
    opening.registry->remember_stores(std::vector{store("/a"), store("/b")});
    opening.registry->forget_stores(std::vector<std::string>{"/a", "/never seen"});
    const auto stores = opening.registry->remembered_stores();
    REQUIRE_EQ(stores.size(), 1);
    CHECK_EQ(stores[0].path, "/b");
  }

  TEST_CASE("a logged-out credential keeps its latest report until it works again") {
    const Directory directory;
    const Opening opening = open_registry(directory.path("registry.db"), Access::read_write);
    REQUIRE(opening.registry);
    Registry& registry = *opening.registry;
    registry.remember_logged_out(std::vector<LoggedOutCredential>{
        {fingerprint(0xfe), at(5), "/var/log/a"}, {fingerprint(0x01), at(7), "unlink"}});
    registry.remember_logged_out(std::vector<LoggedOutCredential>{
        {fingerprint(0xfe), at(9), "/var/log/b"}, {fingerprint(0x01), at(3), "older"}});
    auto known = registry.logged_out_credentials();
    REQUIRE_EQ(known.size(), 2);
    CHECK_EQ(known[0].fingerprint.hex(), fingerprint(0x01).hex());
    CHECK_EQ(known[0].source, "unlink");
    CHECK_EQ(known[1].at, at(9));
    CHECK_EQ(known[1].source, "/var/log/b");
    registry.forget_logged_out(std::vector{fingerprint(0x01)});
    known = registry.logged_out_credentials();
    REQUIRE_EQ(known.size(), 1);
    CHECK_EQ(known[0].fingerprint.hex(), fingerprint(0xfe).hex());
  }

  TEST_CASE("a registry of every older version opens with its rows") {
    for (std::size_t version = 0; version <= kMigrationCount; ++version) {
      CAPTURE(version);
      const Directory directory;
      const std::string path = directory.path("registry.db");
      make_version(path, version);
      const std::size_t rows = version == 0 ? 0 : 1;
      const auto before = look(directory.path());
      {
        const Opening reading = open_registry(path, Access::read_only);
        REQUIRE_EQ(warning_of(reading), "");
        REQUIRE(reading.registry);
        CHECK_EQ(reading.registry->remembered_stores().size(), rows);
      }
      CHECK_MESSAGE(look(directory.path()) == before, "a read-only run migrated the file");
      {
        const Opening writing = open_registry(path, Access::read_write);
        REQUIRE_EQ(warning_of(writing), "");
        REQUIRE(writing.registry);
        CHECK_EQ(writing.registry->remembered_stores().size(), rows);
      }
      SQLite::Database database(path, SQLite::OPEN_READONLY);
      CHECK_EQ(schema_version(database), static_cast<int>(kMigrationCount));
      CHECK_EQ(database.execAndGet("PRAGMA application_id").getInt(), kApplicationId);
      CHECK_EQ(database.execAndGet("PRAGMA journal_mode").getString(), "wal");
    }
  }

  TEST_CASE("no column of the registry is made for a secret") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    fill(path, 1);
    SQLite::Database database(path, SQLite::OPEN_READONLY);
    SQLite::Statement columns(database,
                              "SELECT t.name || '.' || c.name, c.type, t.strict"
                              " FROM pragma_table_list t, pragma_table_xinfo(t.name) c"
                              " WHERE t.name NOT LIKE 'sqlite_%'");
    int count = 0;
    while (columns.executeStep()) {
      ++count;
      const std::string name = columns.getColumn(0).getString();
      CAPTURE(name);
      for (const char* word : {"key", "secret", "private", "token", "pairing", "adv", "creds"}) {
        CHECK_EQ(name.find(word), std::string::npos);
      }
      CHECK_MESSAGE(columns.getColumn(2).getInt() == 1, "the table is not STRICT");
      // A fingerprint is the only thing kept in binary: a column of free bytes could hold a key.
      if (columns.getColumn(1).getString() == "BLOB") {
        CHECK_EQ(name, "logged_out_credential.fingerprint");
      }
    }
    CHECK_GE(count, 9);
  }

  TEST_CASE("a place without a home costs a warning that names the cure") {
    const Opening opening = open_registry("", Access::read_write);
    CHECK_FALSE(opening.registry);
    CHECK_NE(warning_of(opening).find("--registry"), std::string::npos);
  }
}

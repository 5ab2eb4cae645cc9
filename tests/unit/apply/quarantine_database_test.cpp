#include <sys/file.h>

#include "apply/locks.h"
#include "unit/apply/quarantine_database_support.h"
#include "unit/observe/live_child.h"

using namespace wasession;
using namespace wasession::test;
using Names = std::vector<std::string>;

namespace {

std::string all_bytes_beside(const std::string& directory) {
  std::string bytes;
  for (const auto& name : names_in(directory)) bytes += content_of(directory + "/" + name);
  return bytes;
}

}  // namespace

TEST_CASE(
    "one of three devices is purged: none of its rows or bytes stay, and all of the others'") {
  bool wal = false;
  StepKind kind = StepKind::quarantine;
  SUBCASE("rollback journal") {}
  SUBCASE("write-ahead log") {
    wal = true;
  }
  SUBCASE("for good") {
    kind = StepKind::erase;
  }
  PurgingDevice purging(wal);
  auto expected = rows_of(purging.database);
  for (auto& [table, rows] : expected) {
    std::erase_if(rows,
                  [](const std::string& row) { return row.find(jid_of(2)) != std::string::npos; });
  }
  const Outcome outcome = purging.take(kind);
  REQUIRE_MESSAGE(outcome.result == Result::done, outcome.detail);
  CHECK(rows_of(purging.database) == expected);
  CHECK(all_bytes_beside(purging.store).find(mark_of(2)) == std::string::npos);
  CHECK(all_bytes_beside(purging.store).find(mark_of(3)) != std::string::npos);
  CHECK_MESSAGE(expected.at("whatsmeow_lid_map").size() == 2, "other devices share the LID map");
  CHECK(mode_of(purging.database) == 0640);
  if (kind == StepKind::erase) {
    CHECK(purging.entries().empty());
    return;
  }
  const Quarantined entry = purging.only_entry();
  CHECK(entry.jid == purging.step.purge->jid);
  REQUIRE(entry.files.size() == 1);
  CHECK(entry.files[0].name == "session.db");
  CHECK(entry.files[0].mode == 0640);
  CHECK(names_in(purging.entry_path()) == Names{"0000", "manifest.json"});
  const std::string copy = purging.entry_path() + "/0000";
  CHECK_MESSAGE(content_of(copy).find(mark_of(3)) == std::string::npos,
                "other devices' keys have no business in quarantine");
  CHECK(rows_about(copy, 2) == 1 + 2 * kDeviceTables.size() + 2);
}

TEST_CASE("a restored device has every row back, beside the others") {
  PurgingDevice purging;
  const auto before = rows_of(purging.database);
  REQUIRE(purging.take().result == Result::done);
  REQUIRE(rows_about(purging.database, 2) == 0);
  const Outcome outcome = purging.restore();
  REQUIRE_MESSAGE(outcome.result == Result::done, outcome.detail);
  CHECK(rows_of(purging.database) == before);
  CHECK_MESSAGE(names_in(purging.entry_path()) == Names{"manifest.json"},
                "a restored credential is not in quarantine any more");
  CHECK(purging.restore().detail.find("was restored at") != std::string::npos);
}

TEST_CASE("the last device takes the LID map along, and both come back") {
  PurgingDevice purging;
  for (const int device : {1, 2}) {
    purging.judge_device(device);
    REQUIRE(purging.take(StepKind::erase).result == Result::done);
  }
  const auto before = rows_of(purging.database);
  purging.judge_device(3);
  REQUIRE(purging.take().result == Result::done);
  CHECK(rows_of(purging.database).at("whatsmeow_lid_map").empty());
  CHECK(rows_of(purging.database).at("messages").size() == 1);
  REQUIRE(purging.restore().result == Result::done);
  CHECK(rows_of(purging.database) == before);
}

TEST_CASE("a device whose database is gone comes back in a database of its own") {
  PurgingDevice purging;
  REQUIRE(purging.take().result == Result::done);
  std::filesystem::remove(purging.database);
  SUBCASE("nothing in its place") {
    const Outcome outcome = purging.restore();
    REQUIRE_MESSAGE(outcome.result == Result::done, outcome.detail);
    CHECK(rows_about(purging.database, 2) == 1 + 2 * kDeviceTables.size() + 2);
    CHECK(rows_about(purging.database, 3) == 0);
    CHECK(mode_of(purging.database) == 0640);
  }
  SUBCASE("a log of the lost database would be played into it") {
    purging.root.write_file("bots/bot/session.db-wal", "old");
    const Outcome outcome = purging.restore();
    CHECK(outcome.result == Result::failed);
    CHECK(outcome.detail == "session.db-wal of another database is there");
    CHECK_FALSE(std::filesystem::exists(purging.database));
  }
}

TEST_CASE("a device that was linked again is not overwritten by a restore") {
  PurgingDevice purging;
  REQUIRE(purging.take().result == Result::done);
  SQLite::Database(purging.database, SQLite::OPEN_READWRITE)
      .exec("INSERT INTO whatsmeow_device VALUES ('" + jid_of(2) + "', '', 1, 'new', 'new', '')");
  const auto before = rows_of(purging.database);
  const Outcome outcome = purging.restore();
  CHECK(outcome.result == Result::failed);
  CHECK_FALSE(outcome.could_not);
  CHECK(outcome.detail == jid_of(2) + " is there already: a new link would be overwritten");
  CHECK(rows_of(purging.database) == before);
  CHECK_FALSE(purging.only_entry().restored_at);
}

TEST_CASE("an older schema, orphans and a jid in the old form are no obstacle") {
  PurgingDevice purging;
  {
    SQLite::Database database(purging.database, SQLite::OPEN_READWRITE);
    database.exec("PRAGMA foreign_keys=OFF");
    for (const char* table : {"lid_map", "event_buffer", "nct_salt", "retry_buffer"}) {
      database.exec(std::string("DROP TABLE whatsmeow_") + table);
    }
    database.exec("INSERT INTO whatsmeow_pre_keys VALUES ('gone@s.whatsapp.net', 'x', 'orphan')");
    database.exec(
        "UPDATE whatsmeow_device SET jid = '15550101012.0:8@s.whatsapp.net' WHERE jid = '" +
        jid_of(2) + "'");
  }
  purging.step.purge->jid = parse_jid("15550101012.0:8@s.whatsapp.net");
  const Outcome outcome = purging.take();
  CHECK_MESSAGE(outcome.result == Result::done, outcome.detail);
  CHECK(rows_of(purging.database).at("whatsmeow_device").size() == 2);
  CHECK(purging.restore().result == Result::done);
}

TEST_CASE(
    "a store that a wacli or a writer holds is not purged, and a lock held here is no other's") {
  PurgingDevice purging;
  const auto before = rows_of(purging.database);
  purging.root.write_file("bots/bot/LOCK", "pid=1\n");
  {
    const LiveChild child([&] {
      const int lock = ::open((purging.store + "/LOCK").c_str(), O_RDWR | O_CLOEXEC);
      return std::string(::flock(lock, LOCK_EX) == 0 ? "locked" : "not locked");
    });
    REQUIRE(child.said() == "locked");
    const Outcome outcome = purging.take();
    CHECK(outcome.result == Result::failed);
    CHECK_FALSE(outcome.could_not);
    CHECK(outcome.detail == "a wacli holds the store's lock");
  }
  CHECK(rows_of(purging.database) == before);
  apply::HeldLocks locks;
  REQUIRE(locks.take(purging.store + "/LOCK") == 0);
  purging.means.locks = &locks;
  CHECK(purging.take().result == Result::done);
  CHECK(content_of(purging.store + "/LOCK") == "pid=1\n");
}

TEST_CASE("rows of another program that would be deleted with the device keep it where it is") {
  PurgingDevice purging;
  {
    SQLite::Database database(purging.database, SQLite::OPEN_READWRITE);
    database.exec(
        "CREATE TABLE orders (jid TEXT REFERENCES whatsmeow_device(jid) "
        "ON DELETE CASCADE, what TEXT)");
    database.exec("INSERT INTO orders VALUES ('" + jid_of(2) + "', 'ten apples')");
  }
  const auto before = rows_of(purging.database);
  StepKind kind = StepKind::quarantine;
  SUBCASE("quarantine") {}
  SUBCASE("for good") {
    kind = StepKind::erase;
  }
  const Outcome outcome = purging.take(kind);
  CHECK(outcome.result == Result::failed);
  CHECK_MESSAGE(outcome.detail.find("another program") != std::string::npos, outcome.detail);
  CHECK(rows_of(purging.database) == before);
  CHECK(purging.entries().empty());
}

TEST_CASE("another file in the database's place is left alone") {
  PurgingDevice purging;
  std::filesystem::rename(purging.database, purging.root.path("kept.db"));
  SUBCASE("a symbolic link to the very file") {
    purging.root.make_link("bots/bot/session.db", purging.root.path("kept.db"));
  }
  SUBCASE("a copy") {
    std::filesystem::copy_file(purging.root.path("kept.db"), purging.database);
  }
  Result expected = Result::failed;
  SUBCASE("nothing") {
    expected = Result::skipped;
  }
  const Inventory before = inventory_of(purging.store);
  for (const StepKind kind : {StepKind::quarantine, StepKind::erase}) {
    CHECK(purging.take(kind).result == expected);
  }
  CHECK(inventory_of(purging.store) == before);
  CHECK(rows_about(purging.root.path("kept.db"), 2) > 0);
}

TEST_CASE(
    "a device that is gone is skipped, and a file that is no database fails, without an entry") {
  PurgingDevice purging;
  SUBCASE("gone") {
    REQUIRE(purging.take(StepKind::erase).result == Result::done);
    CHECK(purging.take().result == Result::skipped);
  }
  SUBCASE("no database") {
    std::ofstream(purging.database, std::ios::trunc) << "not a database at all, but long enough";
    CHECK(purging.take().result == Result::failed);
  }
  SUBCASE("the only row without a JID that can be read") {
    SQLite::Database(purging.database, SQLite::OPEN_READWRITE)
        .exec("DELETE FROM whatsmeow_device WHERE jid <> '" + jid_of(2) +
              "'; UPDATE whatsmeow_device SET jid = 'odd'");
    purging.step.purge->jid.reset();
    CHECK(purging.take().result == Result::done);
    return;
  }
  CHECK(purging.entries().empty());
  CHECK_FALSE(apply::has_unfinished(purging.means.quarantine));
}

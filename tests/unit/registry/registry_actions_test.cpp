#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <doctest/doctest.h>

#include "registry/migrations.h"
#include "registry/registry.h"
#include "unit/registry/support.h"

using namespace registry_test;

namespace {

constexpr std::int64_t kDay = 24 * 60 * 60 * 1000;

Outcome outcome(StepKind kind, const std::string& target, Result result) {
  Outcome made;
  made.step.kind = kind;
  made.step.target = target;
  made.step.why = "It uses the copy.";
  made.result = result;
  made.detail = "it ended";
  return made;
}

Action action(const std::string& command, Time when, std::size_t steps = 1) {
  Action made;
  made.at = when;
  made.command = command;
  made.host = "shop";
  made.pid = 812;
  made.uid = 4'000'000'000;
  for (std::size_t i = 0; i < steps; ++i) {
    made.outcomes.push_back(outcome(StepKind::end_process, "pid:4711", Result::done));
  }
  return made;
}

Quarantined entry(const std::string& id, Time when) {
  Quarantined made;
  made.id = id;
  made.session = "wacli/default";
  made.tool = Tool::wacli;
  made.kind = StoreKind::whatsmeow_database;
  made.path = "/home/x/new\nline\xff/session.db";
  made.jid = Jid{"15550001111", {}, 7, "s.whatsapp.net"};
  made.quarantined_at = when;
  made.expires_at = when + kQuarantineLife;
  made.files.resize(2);
  made.files[0].size = 1000;
  made.files[1].size = 24;
  return made;
}

/// `b a `: in the order in which they are listed.
std::string ids_of(Registry& registry) {
  std::string ids;
  for (const RememberedQuarantine& one : registry.quarantined()) ids += one.id + " ";
  return ids;
}

/// A registry as version 2 left it, with a row in each of its tables.
void make_version_two(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
  for (std::size_t step = 0; step < 2; ++step) database.exec(kMigrations[step]);
  database.exec("PRAGMA user_version = 2");
  database.exec("INSERT INTO store VALUES ('/old', 'wacli', 'whatsmeow-database', 'x', 1, 2)");
  database.exec("INSERT INTO logged_out_credential VALUES (zeroblob(32), 5, '/log')");
  database.exec("INSERT INTO log VALUES (1, 3, 4, '/log', 1, 10, 11, 's', 12, 0)");
  database.exec(
      "INSERT INTO incident VALUES (1, 6, 'disconnected', 440, 'conflict', 'a', '1555', 7, 8, "
      "'/log', 9)");
}

Opening writable(const std::string& path) {
  Opening opening = open_registry(path, Access::read_write);
  REQUIRE_EQ(warning_of(opening), "");
  REQUIRE(opening.registry);
  return opening;
}

}  // namespace

TEST_SUITE("actions in the registry") {
  TEST_CASE("what was done, and what was left standing, is there at the next run") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    Action done = action("disconnect", at(5));
    done.outcomes.push_back(outcome(StepKind::stop_unit, "new\nline\xff.service", Result::failed));
    done.outcomes.back().could_not = true;
    done.outcomes.push_back(outcome(StepKind::watch_for_return, "wacli/x", Result::skipped));
    done.left = {{"pid:9", "It is another user's.", "sudo wasession disconnect pid:9"},
                 {"wacli/x", "Nobody knows who holds it.", ""}};
    writable(path).registry->remember_action(done);
    writable(path).registry->remember_action(action("restore", at(4)));

    for (const Access access : {Access::read_only, Access::read_write}) {
      const Opening opening = open_registry(path, access);
      REQUIRE(opening.registry);
      const std::vector<Action> actions = opening.registry->actions(10);
      REQUIRE_EQ(actions.size(), 2);
      CHECK_MESSAGE(actions[0].command == "restore", "the newest does not come first");
      const Action& read = actions[1];
      CHECK_EQ(read.at, done.at);
      CHECK_EQ(read.command, "disconnect");
      CHECK_EQ(read.host, "shop");
      CHECK_EQ(read.pid, 812);
      CHECK_EQ(read.uid, 4'000'000'000);
      REQUIRE_EQ(read.outcomes.size(), 3);
      for (std::size_t i = 0; i < 3; ++i) {
        CAPTURE(i);
        CHECK_EQ(read.outcomes[i].step.kind, done.outcomes[i].step.kind);
        CHECK_EQ(read.outcomes[i].step.target, done.outcomes[i].step.target);
        CHECK_EQ(read.outcomes[i].step.why, done.outcomes[i].step.why);
        CHECK_EQ(read.outcomes[i].result, done.outcomes[i].result);
        CHECK_EQ(read.outcomes[i].detail, done.outcomes[i].detail);
        CHECK_EQ(read.outcomes[i].could_not, done.outcomes[i].could_not);
      }
      REQUIRE_EQ(read.left.size(), 2);
      CHECK_EQ(read.left[0].target, "pid:9");
      CHECK_EQ(read.left[0].why, done.left[0].why);
      CHECK_EQ(read.left[0].command, done.left[0].command);
      CHECK_EQ(read.left[1].command, "");
      CHECK_EQ(opening.registry->actions(1).size(), 1);
      CHECK(opening.registry->actions(0).empty());
    }
  }

  TEST_CASE("a step of every kind is read back as what it was") {
    const Directory directory;
    const Opening opening = writable(directory.path("registry.db"));
    Action done = action("all", at(1), 0);
    for (int kind = 0; !to_string(static_cast<StepKind>(kind)).empty(); ++kind) {
      done.outcomes.push_back(outcome(static_cast<StepKind>(kind), "x", Result::done));
    }
    REQUIRE_GE(done.outcomes.size(), 11);
    opening.registry->remember_action(done);
    const auto read = opening.registry->actions(1).front().outcomes;
    CHECK_MESSAGE(read.size() == done.outcomes.size(), "a kind of step is forgotten when read");
  }

  TEST_CASE("only the newest actions are kept, however many there were") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    const Opening opening = writable(path);
    const auto more = static_cast<std::int64_t>(kMostRememberedActions) + 5;
    for (std::int64_t i = 0; i < more; ++i) opening.registry->remember_action(action("x", at(i)));
    const auto actions = opening.registry->actions(kMostRememberedActions + 100);
    REQUIRE_EQ(actions.size(), kMostRememberedActions);
    CHECK_EQ(actions.front().at, at(more - 1));
    CHECK_EQ(actions.back().at, at(5));
    SQLite::Database database(path, SQLite::OPEN_READONLY);
    CHECK_MESSAGE(database.execAndGet("SELECT count(*) FROM action_step").getInt() ==
                      static_cast<int>(kMostRememberedActions),
                  "steps of forgotten actions stay for ever");
  }

  TEST_CASE("huge actions cost the older ones, never the newest, and no endless file") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    const Opening opening = writable(path);
    opening.registry->remember_action(action("first", at(1)));
    opening.registry->remember_action(action("small", at(2), 9));
    opening.registry->remember_action(action("large", at(3), kMostRememberedSteps - 9));
    auto actions = opening.registry->actions(10);
    REQUIRE_EQ(actions.size(), 2);
    CHECK_EQ(actions[1].command, "small");
    Action huge = action("huge", at(4), kMostRememberedSteps + 7);
    huge.outcomes[0].detail = std::string(1'000'000, 'x');
    opening.registry->remember_action(huge);
    actions = opening.registry->actions(10);
    REQUIRE_EQ(actions.size(), 1);
    CHECK_EQ(actions[0].outcomes.size(), kMostRememberedSteps);
    CHECK_EQ(actions[0].outcomes[0].detail, std::string(8192, 'x'));
  }

  TEST_CASE("a step that only a later wasession knows does not hide its neighbours") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    writable(path).registry->remember_action(action("disconnect", at(1), 3));
    SQLite::Database(path, SQLite::OPEN_READWRITE)
        .exec("UPDATE action_step SET step = 'unlink' WHERE position = 1");
    CHECK_EQ(writable(path).registry->actions(1).front().outcomes.size(), 2);
  }

  TEST_CASE("what is in quarantine is listed until it is forgotten, restored ones too") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    {
      const Opening opening = writable(path);
      opening.registry->remember_quarantined(entry("b", at(3 * kDay)));
      opening.registry->remember_quarantined(entry("a", at(4 * kDay)));
      Quarantined plain = entry("c", at(5 * kDay));
      plain.jid.reset();
      opening.registry->remember_quarantined(plain);
      opening.registry->remember_restored("a", at(6 * kDay));
      opening.registry->remember_restored("never there", at(6 * kDay));
    }
    const Opening opening = writable(path);
    const auto entries = opening.registry->quarantined();
    REQUIRE_EQ(ids_of(*opening.registry), "b a c ");
    const Quarantined expected = entry("b", at(3 * kDay));
    CHECK_EQ(entries[0].session, expected.session);
    CHECK_EQ(entries[0].tool, expected.tool);
    CHECK_EQ(entries[0].kind, expected.kind);
    CHECK_EQ(entries[0].path, expected.path);
    CHECK_EQ(entries[0].jid, to_string(*expected.jid));
    CHECK_EQ(entries[0].files, 2);
    CHECK_EQ(entries[0].bytes, 1024);
    CHECK_EQ(entries[0].quarantined_at, expected.quarantined_at);
    CHECK_EQ(entries[0].expires_at, expected.expires_at);
    CHECK_FALSE(entries[0].restored_at);
    CHECK_EQ(entries[1].restored_at, at(6 * kDay));
    CHECK_FALSE(entries[2].jid);

    opening.registry->remember_quarantined(entry("b", at(5 * kDay + 1)));
    CHECK_EQ(ids_of(*opening.registry), "a c b ");
    opening.registry->forget_quarantined(std::vector<std::string>{"c", "never there"});
    CHECK_EQ(ids_of(*opening.registry), "a b ");
    opening.registry->remember_quarantined(entry("d", at(34 * kDay)));
    CHECK_MESSAGE(ids_of(*opening.registry) == "b d ",
                  "entries that have expired are listed for ever");
  }

  TEST_CASE("a registry of version 2 keeps its rows and remembers actions from then on") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    make_version_two(path);
    const auto before = look(directory.path());
    {
      const Opening reading = open_registry(path, Access::read_only);
      REQUIRE_EQ(warning_of(reading), "");
      CHECK(reading.registry->actions(10).empty());
      CHECK(reading.registry->quarantined().empty());
    }
    CHECK_MESSAGE(look(directory.path()) == before, "a read-only run migrated the file");
    const Opening opening = writable(path);
    opening.registry->remember_action(action("disconnect", at(1)));
    CHECK_EQ(opening.registry->actions(10).size(), 1);
    CHECK_EQ(opening.registry->remembered_stores().size(), 1);
    CHECK_EQ(opening.registry->logged_out_credentials().size(), 1);
    const FileIdentity log{3, 4};
    CHECK(opening.registry->remembered_log(log).has_value());
    CHECK_EQ(opening.registry->remembered_incidents(log, at(0)).size(), 1);
  }

  TEST_CASE("a registry that is open for reading takes nothing in") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    writable(path).registry->remember_quarantined(entry("a", at(kDay)));
    const auto before = look(directory.path());
    {
      const Opening opening = open_registry(path, Access::read_only);
      REQUIRE(opening.registry);
      CHECK_THROWS(opening.registry->remember_action(action("x", at(1))));
      CHECK_THROWS(opening.registry->remember_quarantined(entry("b", at(kDay))));
      CHECK_THROWS(opening.registry->remember_restored("a", at(kDay)));
      CHECK_THROWS(opening.registry->forget_quarantined(std::vector<std::string>{"a"}));
      CHECK_EQ(ids_of(*opening.registry), "a ");
    }
    CHECK(look(directory.path()) == before);
  }

  TEST_CASE("bytes that are damaged anywhere cost the actions, never the command") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    {
      const Opening opening = writable(path);
      for (int i = 0; i < 20; ++i) opening.registry->remember_action(action("x", at(i), 20));
      opening.registry->remember_quarantined(entry("a", at(kDay)));
    }
    const std::string whole = read_file(path);
    std::mt19937 random(20261123);  // NOLINT(cert-msc51-cpp): the same damage every time
    int answered = 0;
    for (int round = 0; round < 300; ++round) {
      CAPTURE(round);
      std::string damaged = whole;
      for (int i = 0; i < 8; ++i) damaged[100 + random() % (damaged.size() - 100)] ^= 0x15;
      write_file(path, damaged);
      const Opening opening = open_registry(path, Access::read_only);
      if (!opening.registry) {
        CHECK_NE(warning_of(opening), "");
        continue;
      }
      try {
        const std::size_t actions = opening.registry->actions(100).size();
        const std::size_t entries = opening.registry->quarantined().size();
        CHECK_LE(actions + entries, 101);
        ++answered;
      } catch (const std::exception& failure) {
        CHECK_NE(describe_failure(path, failure).what, "");
      }
    }
    CHECK_MESSAGE(answered > 0, "every flipped byte costs all actions");
  }
}

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "command/change.h"

using namespace wasession::test;

namespace {

/// A bot whose credential is in quarantine.
struct Purged {
  Machine machine;
  std::map<std::string, std::string> before;
  std::string id;

  Purged() {
    machine.add_baileys("bots/bot", "v9-linked-msgs");
    machine.hand_over();
    before = files_below(machine, "bots");
    answer(machine, "purge-creds", {"baileys/bot", "--yes"}, 0);
    const auto waiting = answer(machine, "restore", {"--list"}, 0)["quarantine"];
    REQUIRE(waiting.size() == 1);
    id = waiting[0]["id"];
  }

  Run run(const Machine::Arguments& words) const {
    return machine.run(below_bots(machine, "restore", words));
  }
};

}  // namespace

TEST_SUITE("restore") {
  TEST_CASE("an empty quarantine is said to be empty, and is no failure") {
    const Machine machine;
    const Run run = machine.run({"restore", "--list"});
    CHECK(run.exit_status == 0);
    CHECK_MESSAGE(!run.out.empty(), "nothing is said");
    CHECK(answer(machine, "restore", {"--list"}, 0)["quarantine"].empty());
  }

  TEST_CASE("an entry that is not there ends with 2 and is named") {
    const Purged purged;
    for (const std::string id : {"nonsense", "../quarantine", "/etc"}) {
      const Run run = purged.run({id});
      CHECK_MESSAGE(run.exit_status == 2, id, run.err);
      CHECK_MESSAGE(contains(run.err, id), run.err);
    }
  }

  TEST_CASE("the list names the session, its place and until when it waits") {
    const Purged purged;
    const Run run = purged.run({"--list"});
    INFO(run.out);
    for (const std::string& word : {purged.id, std::string("baileys/bot")}) {
      CHECK(contains(run.out, word));
    }
    const auto entry = answer(purged.machine, "restore", {"--list"}, 0)["quarantine"][0];
    CHECK(entry["quarantined_at"].get<std::string>() < entry["expires_at"].get<std::string>());
    CHECK(entry["files"].get<std::size_t>() == purged.before.size() - 1);  // all but the directory
    CHECK_FALSE(entry.contains("restored_at"));
  }

  TEST_CASE("a dry run shows the very plan that is carried out, and puts nothing back") {
    const Purged purged;
    const auto between = files_below(purged.machine, "");
    const auto dry = answer(purged.machine, "restore", {purged.id, "--dry-run"}, 0);
    CHECK(files_below(purged.machine, "") == between);
    const auto real = answer(purged.machine, "restore", {purged.id}, 0);
    CHECK_MESSAGE(real["plan"] == dry["plan"], real["plan"].dump(1), dry["plan"].dump(1));
    CHECK(files_below(purged.machine, "bots") == purged.before);
  }

  TEST_CASE("a second restore changes nothing, and the list says that it was restored") {
    const Purged purged;
    answer(purged.machine, "restore", {purged.id}, 0);
    const auto entry = answer(purged.machine, "restore", {"--list"}, 0)["quarantine"][0];
    CHECK_MESSAGE(entry.contains("restored_at"), entry.dump(1));
    const Run again = purged.run({purged.id});
    CHECK_MESSAGE(again.exit_status <= 1, again.err);
    CHECK_MESSAGE(contains(again.out + again.err, "restored"), again.out, again.err);
    CHECK(files_below(purged.machine, "bots") == purged.before);
  }

  TEST_CASE("a credential that was linked anew meanwhile is not overwritten") {
    const Purged purged;
    purged.machine.add_baileys("bots/bot", "v6-linked-msgs");
    purged.machine.hand_over();
    const auto anew = files_below(purged.machine, "bots");
    const auto told = answer(purged.machine, "restore", {purged.id}, 1);
    CHECK_FALSE(all_went_well(told));
    CHECK_MESSAGE(files_below(purged.machine, "bots") == anew,
                  "the new credential was overwritten");

    std::filesystem::remove_all(purged.machine.path("bots/bot"));
    answer(purged.machine, "restore", {purged.id}, 0);
    CHECK_MESSAGE(files_below(purged.machine, "bots") == purged.before,
                  "after the refusal it can't be had any more");
  }

  TEST_CASE("it comes back although its directory and those above it are gone") {
    const Purged purged;
    std::filesystem::remove_all(purged.machine.path("bots"));
    const Run run = purged.machine.run({"restore", purged.id});
    CHECK_MESSAGE(run.exit_status <= 1, run.err);
    const bool back = std::filesystem::exists(purged.machine.path("bots/bot/creds.json"));
    CHECK_MESSAGE(back == (run.exit_status == 0), "the status and the files disagree: ", run.out);
    CHECK(answer(purged.machine, "restore", {"--list"}, 0)["quarantine"].size() == 1);
  }
}

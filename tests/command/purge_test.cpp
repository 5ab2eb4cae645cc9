#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "command/change.h"
#include "support/holder.h"

using namespace wasession::test;

namespace {

using Kinds = std::vector<std::string>;

const std::string kState = "home/.local/state/wasession";

/// A copy with a neighbour in its directory, beside the bot that it was copied from.
struct Bots {
  Machine machine;
  std::string copy = machine.add_baileys("bots/copy", "v9-copy-B");

  Bots() {
    machine.add_baileys("bots/bot", "v9-copy-A");
    machine.files().write_file("bots/copy/notes.txt", "not of the credential");
    machine.files().write_file("bots/copy/backup/creds.json", "{}");
    machine.hand_over();
  }

  Run run(const Machine::Arguments& words) const {
    return machine.run(below_bots(machine, "purge-creds", words));
  }
};

void check_purged(const Bots& bots) {
  CHECK_FALSE(std::filesystem::exists(bots.copy + "/creds.json"));
  CHECK_MESSAGE(files_below(bots.machine, "bots/copy").size() == 3,
                "a neighbour of the credential was taken, or a part of it was left");
}

}  // namespace

TEST_SUITE("purge-creds") {
  TEST_CASE(
      "without a session or a filter nothing is purged, and the words that it wants are named") {
    const Bots bots;
    const auto before = files_below(bots.machine, "bots");
    for (const Machine::Arguments& words : {Machine::Arguments{"--force"}, {"--yes"}, {}}) {
      const Run run = bots.run(words);
      CHECK(run.exit_status == 2);
      for (const std::string wanted : {"--stale", "--logged-out", "--older-than"}) {
        CHECK_MESSAGE(contains(run.err, wanted), run.err);
      }
    }
    CHECK(files_below(bots.machine, "bots") == before);
  }

  TEST_CASE("a wrong word ends with 2, names it, and purges nothing") {
    const Bots bots;
    const auto before = files_below(bots.machine, "bots");
    for (const Machine::Arguments& words :
         {Machine::Arguments{"--older-than", "ages"}, {"--older-than", "-3d"}, {"baileys/kopy"}}) {
      Machine::Arguments arguments = words;
      arguments.emplace_back("--yes");
      const Run run = bots.run(arguments);
      CHECK_MESSAGE(run.exit_status == 2, words.back(), run.err);
      CHECK_MESSAGE(contains(run.err, words.back()), run.err);
    }
    CHECK_MESSAGE(contains(bots.run({"baileys/kopy", "--yes"}).err, "baileys/copy"),
                  "the nearest name is not told");
    CHECK(files_below(bots.machine, "bots") == before);
  }

  TEST_CASE("off a terminal without --yes nothing is touched, and the status is 2") {
    const Bots bots;
    const auto before = files_below(bots.machine, "");
    const Run run = bots.run({"baileys/copy"});
    CHECK(run.exit_status == 2);
    CHECK_MESSAGE(contains(run.err, "--yes"), run.err);
    CHECK(files_below(bots.machine, "") == before);
  }

  TEST_CASE("a dry run shows the very plan that is carried out, and touches nothing") {
    const Bots bots;
    const auto before = files_below(bots.machine, "");
    const auto dry = answer(bots.machine, "purge-creds", {"baileys/copy", "--dry-run"}, 0);
    CHECK(files_below(bots.machine, "") == before);
    const auto real = answer(bots.machine, "purge-creds", {"baileys/copy", "--yes"}, 0);
    CHECK_MESSAGE(real["plan"] == dry["plan"], real["plan"].dump(1), dry["plan"].dump(1));
    CHECK_MESSAGE(all_went_well(real), real.dump(1));
    check_purged(bots);
  }

  TEST_CASE("what was purged comes back byte for byte, and nothing else was touched") {
    const Bots bots;
    const auto before = files_below(bots.machine, "bots");
    answer(bots.machine, "purge-creds", {"baileys/copy", "--yes"}, 0);
    check_purged(bots);
    CHECK(std::filesystem::exists(bots.machine.path("bots/bot/creds.json")));
    CHECK(ids_of(bots.machine.list({"--only-root", "--root", bots.machine.path("bots")})) ==
          std::vector<std::string>{"baileys/bot"});

    const auto waiting = answer(bots.machine, "restore", {"--list"}, 0)["quarantine"];
    REQUIRE(waiting.size() == 1);
    CHECK(waiting[0]["session"] == "baileys/copy");
    CHECK(waiting[0]["path"] == bots.copy);
    const auto restored = answer(bots.machine, "restore", {waiting[0]["id"]}, 0);
    CHECK_MESSAGE(all_went_well(restored), restored.dump(1));
    CHECK_MESSAGE(files_below(bots.machine, "bots") == before, "it did not come back as it was");
  }

  TEST_CASE("nobody but its owner can read what is in quarantine") {
    const Bots bots;
    answer(bots.machine, "purge-creds", {"baileys/copy", "--yes"}, 0);
    const auto mode = std::filesystem::status(bots.machine.path(kState + "/quarantine"));
    CHECK((mode.permissions() & std::filesystem::perms(0077)) == std::filesystem::perms::none);
  }

  TEST_CASE("no program takes what is in quarantine for a credential") {
    const Bots bots;
    answer(bots.machine, "purge-creds", {"baileys/copy", "--yes"}, 0);
    const auto all = bots.machine.list_all();
    for (const auto& session : all["sessions"]) {
      CHECK_MESSAGE(!contains(session["store"]["path"], "quarantine"), session.dump(1));
    }
    for (const auto& [name, content] : files_below(bots.machine, kState)) {
      CHECK_MESSAGE(!contains(name, "creds.json"), name);
    }
  }

  TEST_CASE("--no-quarantine keeps nothing of it") {
    const Bots bots;
    const auto told =
        answer(bots.machine, "purge-creds", {"baileys/copy", "--no-quarantine", "--yes"}, 0);
    CHECK(kinds_of(told["plan"]).front() == "erase");
    check_purged(bots);
    CHECK(answer(bots.machine, "restore", {"--list"}, 0)["quarantine"].empty());
  }

  TEST_CASE("what a process holds is not purged: who it is and what ends it are told") {
    const Bots bots;
    const Holder holder(bots.copy);
    const auto before = files_below(bots.machine, "bots");
    const auto told = answer(bots.machine, "purge-creds", {"baileys/copy", "--yes"}, 1);
    CHECK(told["plan"].empty());
    REQUIRE(told["left"].size() == 1);
    CHECK(told["left"][0]["target"] == "baileys/copy");
    CHECK(contains(told["left"][0]["why"], std::to_string(holder.pid())));
    CHECK(contains(told["left"][0]["command"], "wasession disconnect baileys/copy"));
    CHECK(holder.lives());
    CHECK(files_below(bots.machine, "bots") == before);
  }

  TEST_CASE("one that is held does not save its neighbour from the purge") {
    const Bots bots;
    const Holder holder(bots.machine.path("bots/bot"));
    const auto told = answer(bots.machine, "purge-creds", {"baileys/*", "--yes"}, 1);
    CHECK(told["left"].size() == 1);
    check_purged(bots);
    CHECK(std::filesystem::exists(bots.machine.path("bots/bot/creds.json")));
  }

  TEST_CASE("filters narrow each other: only what is old enough goes") {
    const Bots bots;
    bots.machine.set_age("bots/copy/creds.json", std::chrono::hours(24 * 50));
    for (const Machine::Arguments& words : {Machine::Arguments{"--older-than", "60d"},
                                            {"--logged-out"},
                                            {"--stale", "--logged-out"}}) {
      Machine::Arguments arguments = words;
      arguments.emplace_back("--dry-run");
      const auto told = answer(bots.machine, "purge-creds", arguments, 0);
      CHECK_MESSAGE(told["plan"].empty(), words.front(), told.dump(1));
    }
    for (const Machine::Arguments& words : {Machine::Arguments{"--stale"},
                                            {"--older-than", "45d"},
                                            {"--stale", "--older-than", "45d"}}) {
      Machine::Arguments arguments = words;
      arguments.emplace_back("--dry-run");
      const auto told = answer(bots.machine, "purge-creds", arguments, 0);
      REQUIRE_MESSAGE(!told["plan"].empty(), words.front());
      CHECK_MESSAGE(told["plan"][0]["target"] == bots.copy, told.dump(1));
      CHECK_MESSAGE(told["plan"].dump().find("bots/bot") == std::string::npos, told.dump(1));
    }
  }

  TEST_CASE("on a terminal it asks first, and no means no") {
    const Bots bots;
    const auto before = files_below(bots.machine, "bots");
    const auto words = below_bots(bots.machine, "purge-creds", {"baileys/copy"});
    const auto refused = bots.machine.run_on_terminal(100, words, typing("n\n"));
    CHECK(refused.exit_status == 1);
    CHECK_MESSAGE(contains(refused.shown, "nothing was done"), refused.shown);
    CHECK(files_below(bots.machine, "bots") == before);
    const auto agreed = bots.machine.run_on_terminal(100, words, typing("y\n"));
    CHECK_MESSAGE(agreed.exit_status == 0, agreed.shown);
    CHECK_MESSAGE(contains(agreed.shown, "restore"), "it is not told how to get it back");
    check_purged(bots);
  }

  TEST_CASE("--redact leaves no number in what is told of a purge and of the quarantine") {
    const Machine machine;
    const std::string path = machine.add_baileys("bots/15550001111", "v9-copy-A");
    for (const std::string format : {"--json", "--color=never"}) {
      const auto run = [&](const std::string& command, const Machine::Arguments& more) {
        Machine::Arguments words = below_bots(machine, command, more);
        words.insert(words.end(), {"--redact", format});
        const Run done = machine.run(words);
        CHECK_MESSAGE(done.exit_status == 0, command, " ", format, ": ", done.out, done.err);
        CHECK_MESSAGE(!contains(done.out + done.err, "15550001111"), command, done.out, done.err);
      };
      run("purge-creds", {path, "--dry-run"});
      run("purge-creds", {path, "--yes"});
      run("restore", {"--list"});
      const auto waiting = answer(machine, "restore", {"--list"}, 0)["quarantine"];
      for (const auto& entry : waiting) {
        if (!entry.contains("restored_at")) run("restore", {entry["id"]});
      }
    }
  }
}

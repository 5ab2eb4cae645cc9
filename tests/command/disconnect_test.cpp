#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "command/change.h"
#include "support/holder.h"

using namespace wasession::test;

namespace {

/// A bot's directory that a process holds, and its neighbour that nobody does.
struct Held {
  Machine machine;
  std::string path = machine.add_baileys("bots/lab", "v9-linked-msgs");
  std::string neighbour = machine.add_baileys("bots/idle", "v6-linked-msgs");
  Holder holder = start();

  std::string pid() const { return "pid:" + std::to_string(holder.pid()); }

 private:
  Holder start() const {
    machine.hand_over();
    return Holder(path);
  }
};

}  // namespace

TEST_SUITE("disconnect") {
  TEST_CASE("off a terminal without --yes nothing is done, status 2, and --yes is named") {
    const Held held;
    const Run run = held.machine.run(below_bots(held.machine, "disconnect", {"baileys/lab"}));
    CHECK(run.exit_status == 2);
    CHECK_MESSAGE(contains(run.err, "--yes"), run.err);
    CHECK_MESSAGE(held.holder.lives(), "a process was ended although nobody agreed");
  }

  TEST_CASE("a dry run shows the very plan that is carried out, and ends nobody") {
    const Held held;
    const auto before = files_below(held.machine, "");
    const auto dry = answer(held.machine, "disconnect", {"baileys/lab", "--dry-run"}, 0);
    CHECK_MESSAGE(held.holder.lives(), "a dry run ended a process");
    CHECK_MESSAGE(files_below(held.machine, "") == before, "a dry run wrote something");
    CHECK(dry["dry_run"] == true);
    CHECK(kinds_of(dry["plan"]) == std::vector<std::string>{"end-process", "watch-for-return"});

    const auto real = answer(held.machine, "disconnect", {"baileys/lab", "--yes"}, 0);
    CHECK_MESSAGE(real["plan"] == dry["plan"], real["plan"].dump(1), dry["plan"].dump(1));
    CHECK(real["outcome"][0]["target"] == held.pid());
    CHECK(real["outcome"][0]["result"] == "done");
    CHECK_FALSE(held.holder.lives());
    CHECK_MESSAGE(files_below(held.machine, "bots").size() > 0, "it took files away");

    const auto again = answer(held.machine, "disconnect", {"baileys/lab", "--yes"}, 0);
    CHECK_MESSAGE(again["plan"].empty(), "a second run has something left to do");
  }

  TEST_CASE("on a terminal it shows the plan and asks, and no means no") {
    const Held held;
    for (const std::string typed : {"n\n", "\n", "yellow\n", "\x04"}) {
      const auto run = held.machine.run_on_terminal(
          100, below_bots(held.machine, "disconnect", {"baileys/lab"}), typing(typed));
      INFO(run.shown);
      CHECK_MESSAGE(run.exit_status == 1, "typed: ", typed);
      CHECK(contains(run.shown, held.pid()));
      CHECK(contains(run.shown, "[y/N]"));
      CHECK(contains(run.shown, "nothing was done"));
      CHECK_MESSAGE(held.holder.lives(), "it ended a process after the answer ", typed);
    }
  }

  TEST_CASE("on a terminal yes means yes, and what came of it is shown") {
    const Held held;
    const auto run = held.machine.run_on_terminal(
        100, below_bots(held.machine, "disconnect", {"baileys/lab"}), typing("y\n"));
    CHECK_MESSAGE(run.exit_status == 0, run.shown);
    CHECK_FALSE(held.holder.lives());
    CHECK_MESSAGE(contains(run.shown, "done"), run.shown);
  }

  TEST_CASE("with nothing named and no conflict there is nothing to do, whoever is connected") {
    const Held held;
    const auto told = answer(held.machine, "disconnect", {"--force"}, 0);
    CHECK(told["plan"].empty());
    CHECK(told["outcome"].empty());
    CHECK(held.holder.lives());
    const Run run = held.machine.run(below_bots(held.machine, "disconnect", {"--force"}));
    CHECK_MESSAGE(contains(run.out, "nothing to disconnect"), run.out);
  }

  TEST_CASE("the one that --keep names stays though its account is named") {
    const Held held;
    const auto told =
        answer(held.machine, "disconnect", {"baileys/*", "--keep", "baileys/lab", "--force"}, 0);
    CHECK_MESSAGE(told["plan"].empty(), told.dump(1));
    REQUIRE(told["kept"].size() == 1);
    CHECK(told["kept"][0]["session"] == "baileys/lab");
    CHECK(held.holder.lives());
  }

  TEST_CASE("a session that is not there ends with 2 and the nearest name, and ends nobody") {
    const Held held;
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"baileys/lob"}, {"--keep", "baileys/lob"}, {"pid:1"}}) {
      Machine::Arguments arguments = words;
      arguments.emplace_back("--force");
      const Run run = held.machine.run(below_bots(held.machine, "disconnect", arguments));
      CHECK_MESSAGE(run.exit_status == 2, words.back(), ": ", run.err);
      if (words.back() != "pid:1") CHECK_MESSAGE(contains(run.err, "baileys/lab"), run.err);
    }
    CHECK(held.holder.lives());
  }

  TEST_CASE("a wrong timeout ends with 2") {
    const Held held;
    for (const std::string timeout : {"-1", "soon", "1e9", "nan", ""}) {
      const Run run = held.machine.run(
          below_bots(held.machine, "disconnect", {"baileys/lab", "--force", "--timeout", timeout}));
      CHECK_MESSAGE(run.exit_status == 2, timeout, ": ", run.err);
    }
    CHECK(held.holder.lives());
  }

  TEST_CASE("--redact leaves no number and no name of the bot in the plan") {
    const Machine machine;
    const std::string path = machine.add_baileys("bots/15553334444", "v9-linked-msgs");
    machine.hand_over();
    const Holder holder(path);
    for (const std::string format : {"--json", "--color=never"}) {
      const Run run = machine.run(
          below_bots(machine, "disconnect", {path, "--dry-run", "--force", "--redact", format}));
      CHECK_MESSAGE(run.exit_status == 0, run.err);
      CHECK_MESSAGE(!contains(run.out + run.err, "15553334444"), run.out, run.err);
    }
  }
}

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "command/starting.h"
#include "support/holder.h"

using namespace wasession::test;

TEST_SUITE("run") {
  TEST_CASE("the command gets its words as they are, and its exit status is that of run") {
    const Bots bots;
    const Run run =
        bots.run({"--session", "baileys/a"}, {"sh", "-c", R"(printf '%s|' "$@"; exit 7)", "sh",
                                              "--json", "a b", "--", "", "--session", "no/such"});
    CHECK_MESSAGE(run.out == "--json|a b|--||--session|no/such|", run.out, run.err);
    CHECK(run.exit_status == 7);
    CHECK_MESSAGE(run.err == "", "it said something although all went well: ", run.err);
  }

  TEST_CASE("a signal that ends the command ends run, for they are one process") {
    const Bots bots;
    Running running(bots.machine, starting(bots.machine, {"--session", "baileys/a"}, kStays));
    running.wait_for("started " + std::to_string(running.pid()) + "\n");
    CHECK(running.stop(SIGTERM) == 128 + SIGTERM);
  }

  TEST_CASE(
      "beside a running command nothing of its account starts, and who is in the way is told") {
    const Bots bots;
    Running first(bots.machine, starting(bots.machine, {"--session", "baileys/a"}, kStays));
    first.wait_for("started");
    const std::string pid = std::to_string(first.pid());
    for (const Machine::Arguments& options : {Machine::Arguments{"--session", "baileys/a"},
                                              {"--session", "baileys/b"},
                                              {"--account", kAccount},
                                              {"--account", "+1 555-000-1111"},
                                              {"--session", "baileys/a", "--per-device"},
                                              {"--session", "baileys/*"}}) {
      const Run second = bots.run(options, {"echo", "connected"});
      INFO(options.back(), ": ", second.err);
      CHECK(second.exit_status == 75);
      CHECK_MESSAGE(second.out == "", "it started all the same");
      CHECK(second.err.starts_with(kRefused + "\n"));
      CHECK(contains(second.err, "pid " + pid));
      CHECK(contains(second.err, "wasession disconnect pid:" + pid));
    }
    const Run other = bots.run({"--session", "baileys/other"}, {"echo", "connected"});
    CHECK_MESSAGE(other.out == "connected\n", "another account was kept off: ", other.err);
  }

  TEST_CASE("the next one starts the moment the command is killed") {
    const Bots bots;
    for (int round = 0; round < 5; ++round) {
      Running first(bots.machine, starting(bots.machine, {"--account", kAccount}, kStays));
      first.wait_for("started");
      first.stop(SIGKILL);
      const Run next = bots.run({"--account", kAccount}, {"echo", "connected"});
      CHECK_MESSAGE(next.out == "connected\n", next.err);
    }
  }

  TEST_CASE("a child that outlives its launcher keeps the lease, and is named as who has it") {
    const Bots bots;
    const Run launched =
        bots.run({"--session", "baileys/a"}, {"sh", "-c", "sleep 1000 >&- 2>&- & echo $!"});
    const std::string child = launched.out.substr(0, launched.out.find('\n'));
    const Run second = bots.run({"--account", kAccount}, {"echo", "connected"});
    CHECK(second.exit_status == 75);
    CHECK_MESSAGE(second.err.starts_with(kRefused), second.err);
    CHECK_MESSAGE(contains(second.err, "pid:" + child), second.err);
    REQUIRE(::kill(std::stoi(child), SIGKILL) == 0);
    const Run third = bots.run({"--account", kAccount, "--wait", "60"}, {"echo", "connected"});
    CHECK_MESSAGE(third.out == "connected\n", third.err);
  }

  TEST_CASE("--wait starts the command when the one in the way ends, whatever that is") {
    const Bots bots;
    SUBCASE("a command that has the lease") {
      Running first(bots.machine, starting(bots.machine, {"--session", "baileys/a"}, kStays));
      first.wait_for("started");
      Running second(bots.machine,
                     starting(bots.machine, {"--session", "baileys/a", "--wait", "60", "--verbose"},
                              {"echo", "connected"}));
      first.stop(SIGKILL);
      second.wait_for("connected");
      CHECK(second.wait() == 0);
    }
    SUBCASE("a program that was started without run") {
      bots.machine.hand_over();
      Holder holder(bots.b);
      Running second(bots.machine,
                     starting(bots.machine, {"--session", "baileys/a", "--wait", "60"},
                              {"echo", "connected"}));
      REQUIRE(::kill(holder.pid(), SIGKILL) == 0);
      second.wait_for("connected");
      CHECK(second.wait() == 0);
    }
  }

  TEST_CASE("--wait that is over refuses as without it") {
    const Bots bots;
    Running first(bots.machine, starting(bots.machine, {"--session", "baileys/a"}, kStays));
    first.wait_for("started");
    const Run second = bots.run({"--session", "baileys/b", "--wait", "0.2"}, {"echo", "connected"});
    CHECK(second.exit_status == 75);
    CHECK_MESSAGE(second.err.starts_with(kRefused), second.err);
  }

  TEST_CASE("a program that uses a copy of the credential is in the way though it knows no lease") {
    const Bots bots;
    bots.machine.hand_over();
    const Holder holder(bots.b);
    for (const Machine::Arguments& options : {Machine::Arguments{"--session", "baileys/a"},
                                              {"--account", kAccount},
                                              {"--session", "baileys/a", "--per-device"}}) {
      const Run run = bots.run(options, {"echo", "connected"});
      INFO(options.back(), ": ", run.err);
      CHECK(run.exit_status == 75);
      CHECK(run.err.starts_with(kRefused + "\n"));
      CHECK(contains(run.err, "baileys/b"));
      CHECK(contains(run.err, "wasession disconnect pid:" + std::to_string(holder.pid())));
    }
    CHECK_MESSAGE(holder.lives(), "run ended a process that it was not told to end");
  }

  TEST_CASE("--take-over ends who is in the way, and then starts") {
    const Bots bots;
    SUBCASE("a command that has the lease") {
      Running first(bots.machine, starting(bots.machine, {"--session", "baileys/a"}, kStays));
      first.wait_for("started");
      const Run run = bots.run({"--session", "baileys/b", "--take-over"}, {"echo", "connected"});
      CHECK_MESSAGE(run.out == "connected\n", run.err);
      CHECK_MESSAGE(contains(run.err, std::to_string(first.pid())),
                    "it did not say whom it ended: ", run.err);
      CHECK(first.wait() == 128 + SIGTERM);
    }
    SUBCASE("a program that was started without run") {
      bots.machine.hand_over();
      const Holder holder(bots.b);
      const Run run = bots.run({"--session", "baileys/a", "--take-over"}, {"echo", "connected"});
      CHECK_MESSAGE(run.out == "connected\n", run.err);
      CHECK_FALSE(holder.lives());
    }
  }

  TEST_CASE("--per-device lets another linked device of the account be, and not the same one") {
    const Bots bots;
    Machine::Json creds = creds_of("v6-linked-msgs");
    creds["me"]["id"] = kAccount + ":77@s.whatsapp.net";
    bots.machine.add_credentials("bots/device", creds);
    Running first(bots.machine,
                  starting(bots.machine, {"--session", "baileys/a", "--per-device"}, kStays));
    first.wait_for("started");

    const Run device =
        bots.run({"--session", "baileys/device", "--per-device"}, {"echo", "connected"});
    CHECK_MESSAGE(device.out == "connected\n", device.err);
    const Run copy = bots.run({"--session", "baileys/b", "--per-device"}, {"echo", "connected"});
    CHECK_MESSAGE(copy.exit_status == 75, copy.out, copy.err);
    const Run whole = bots.run({"--session", "baileys/device"}, {"echo", "connected"});
    CHECK_MESSAGE(whole.exit_status == 75,
                  "an account was claimed that somebody uses: ", whole.out);
    CHECK_MESSAGE(whole.err.starts_with(kRefused), whole.err);
  }

  TEST_CASE("who-holds and doctor know the command as the holder, by its lease") {
    const Bots bots;
    Running first(bots.machine, starting(bots.machine, {"--session", "baileys/a"}, kStays));
    first.wait_for("started");
    const Run run = bots.machine.run(below_bots(bots.machine, "who-holds", {"--json"}));
    const auto answer = Machine::Json::parse(run.out);
    CHECK_MESSAGE(who_holds_violations(answer) == "", run.out);
    const auto holders = session_of(answer, "baileys/a").at("holders");
    REQUIRE_MESSAGE(holders.size() == 1, run.out);
    CHECK(holders[0].at("pid") == first.pid());
    CHECK(holders[0].at("confidence") == "certain");
    CHECK(holders[0].at("evidence")[0].at("kind") == "lease");
    CHECK(session_of(answer, "baileys/b").at("holders").empty());
  }

  TEST_CASE("of many that start at once exactly one gets the account") {
    const Bots bots;
    bots.machine.hand_over();
    std::vector<std::unique_ptr<Running>> contenders;
    for (int i = 0; i < 16; ++i) {
      contenders.push_back(std::make_unique<Running>(
          bots.machine, starting(bots.machine, {"--account", kAccount}, kStays)));
    }
    int winners = 0;
    for (const auto& contender : contenders) {
      contender->wait_for("\n");
      const bool started = contender->printed().starts_with("started");
      winners += started ? 1 : 0;
      if (!started) CHECK_MESSAGE(contender->wait() == 75, contender->printed());
    }
    CHECK_MESSAGE(winners == 1, winners, " commands use one account at the same time");
  }
}

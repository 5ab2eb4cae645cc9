#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "command/starting.h"

using namespace wasession::test;

TEST_SUITE("run") {
  TEST_CASE("words that can't be meant so end with 2, say what to do, and start nothing") {
    const Bots bots;
    const auto fails = [&](const Machine::Arguments& options, const std::string& said) {
      const Run run = bots.run(options, {"echo", "connected"});
      CHECK_MESSAGE(run.exit_status == 2, said, ": ", run.err);
      CHECK_MESSAGE(run.out == "", "it started all the same");
      CHECK_MESSAGE(contains(run.err, said), run.err);
    };
    fails({"--session", "baileys/aa"}, "baileys/a");
    fails({"--account", "soon"}, "soon is no phone number");
    fails({"--wait", "-1", "--account", kAccount}, "--wait");
    fails({"--account", kAccount, "--session", "baileys/a"}, "--session");
    fails({"--account", kAccount, "--per-device"}, "--per-device");
    fails({}, "name it with --session or --account");
    fails({"--session", "baileys/a", "bot.js"}, "put -- before the command");
  }

  TEST_CASE("without a command it says how one is given") {
    const Bots bots;
    const Run run = bots.machine.run({"run", "--account", kAccount});
    CHECK(run.exit_status == 2);
    CHECK_MESSAGE(contains(run.err, "behind --"), run.err);
  }

  TEST_CASE(
      "a command that does not exist ends with 127, one that is none with 126, as in a shell") {
    const Bots bots;
    CHECK(bots.run({"--account", kAccount}, {"no-such-program"}).exit_status == 127);
    CHECK(bots.run({"--account", kAccount}, {bots.machine.home()}).exit_status == 126);
    CHECK_MESSAGE(bots.run({"--account", kAccount}, {"true"}).exit_status == 0,
                  "a start that failed keeps the next one off");
  }

  TEST_CASE("an account that nobody has here is started, with a word about it") {
    const Bots bots;
    const Run run = bots.run({"--account", "15559999999"}, {"echo", "connected"});
    CHECK(run.out == "connected\n");
    CHECK_MESSAGE(contains(run.err, "no credential of that account"), run.err);
    CHECK(bots.run({"--quiet", "--account", "15559999999"}, {"true"}).err == "");
  }

  TEST_CASE("run below run has the lease already, and passes it on") {
    const Bots bots;
    const auto inner = starting(bots.machine, {"--session", "baileys/a"}, {"echo", "connected"});
    const Run again = bots.run({"--session", "baileys/a"}, [&] {
      Machine::Arguments words = {"sh", "-c", "exec \"$@\"", "sh", WASESSION_BINARY};
      words.insert(words.end(), inner.begin(), inner.end());
      return words;
    }());
    if (again.exit_status == 126 || again.exit_status == 127) {
      MESSAGE("skipped: this user can't reach the binary by its path");
      return;
    }
    CHECK_MESSAGE(again.out == "connected\n", again.err);
  }

  TEST_CASE("a registry that can't be used does not keep a command from starting") {
    const Bots bots;
    bots.machine.files().write_file("home/.local/state/wasession/registry.db", "garbage");
    ::chmod(bots.machine.path("home/.local/state/wasession").c_str(), 0700);
    ::chmod(bots.machine.path("home/.local/state/wasession/registry.db").c_str(), 0400);
    const Run run = bots.machine.run({"run", "--account", kAccount, "--", "echo", "connected"});
    CHECK_MESSAGE(run.out == "connected\n", run.err);
    CHECK(run.exit_status == 0);
  }

  TEST_CASE("without a home there is no place for the lease, and nothing starts") {
    Bots bots;
    bots.machine.environment["HOME"] = "nowhere";
    const Run run = bots.run({"--account", kAccount}, {"echo", "connected"});
    CHECK(run.exit_status == 3);
    CHECK(run.out == "");
    CHECK_MESSAGE(contains(run.err, "XDG_STATE_HOME"), run.err);
  }

  TEST_CASE("--redact hides the number of the account in a refusal") {
    const Bots bots;
    Running first(bots.machine, starting(bots.machine, {"--session", "baileys/a"}, kStays));
    first.wait_for("started");
    const Run run = bots.run({"--redact", "--session", "baileys/b"}, {"echo", "connected"});
    CHECK(run.exit_status == 75);
    CHECK_MESSAGE(run.err.starts_with(kRefused), run.err);
    CHECK_MESSAGE(!contains(run.err, kAccount), run.err);
  }

  TEST_CASE(
      "an OpenClaw account's lock is taken while a bot has the account, and doctor calls what is "
      "left a note") {
    const Machine machine;
    machine.add_baileys("home/.openclaw/credentials/whatsapp/default", "v9-copy-A");
    machine.add_baileys("bots/b", "v9-copy-B");
    const std::string lock = machine.path("home/.openclaw/credentials/whatsapp/default.lock");
    const std::string bot = machine.path("bots/b");
    Running first(machine, {"run", "--root", bot, "--session", bot, "--", "sh", "-c",
                            "echo started; exec sleep 1000"});
    first.wait_for("started");
    CHECK_MESSAGE(contains(content_of(lock), "\"pid\": " + std::to_string(first.pid()) + ","),
                  "OpenClaw may connect: ", content_of(lock));
    const Run gateway = machine.run({"run", "--", "openclaw", "gateway"});
    CHECK_MESSAGE(gateway.exit_status == 75, gateway.err);
    first.stop(SIGKILL);

    const Run doctor = machine.run({"doctor", "--json"});
    const auto answer = Machine::Json::parse(doctor.out);
    bool found = false;
    for (const auto& finding : answer.at("findings")) {
      if (finding.at("code") != "stale-lock") continue;
      found = true;
      CHECK_MESSAGE(finding.at("severity") == "info", finding.dump(1));
    }
    CHECK_MESSAGE(found, doctor.out);
    const Run gone = machine.run({"run", "--", "openclaw", "gateway"});
    CHECK_MESSAGE(gone.exit_status == 127,
                  "the account is kept off after its user was killed: ", gone.err);
  }
}

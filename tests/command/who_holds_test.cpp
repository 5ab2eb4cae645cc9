#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/holder.h"
#include "support/json_contract.h"
#include "support/machine.h"

using namespace wasession::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> who_holds(const Machine& machine, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"who-holds", "--only-root", "--root", machine.path()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace

TEST_SUITE("who-holds") {
  TEST_CASE("a session that nobody uses ends with 1") {
    const Machine machine;
    machine.add_baileys("bots/lab", "v9-linked-msgs");
    const Run run = machine.run(who_holds(machine, {}));
    CHECK_MESSAGE(run.exit_status == 1, "a script that asks `if wasession who-holds` is misled");
    CHECK(contains(run.out, "baileys/lab"));
  }

  TEST_CASE("the holder is named with its pid and its evidence, and the status is 0") {
    const Machine machine;
    const std::string lab = machine.add_baileys("bots/lab", "v9-linked-msgs");
    machine.hand_over();
    const Holder holder(lab);
    const Run run = machine.run(who_holds(machine, {"baileys/lab"}));
    INFO(run.out);
    CHECK(run.exit_status == 0);
    CHECK(contains(run.out, "certain   pid " + std::to_string(holder.pid())));
    CHECK(contains(run.out, "pre-key-1.json open for writing (descriptor 9)"));

    const std::string selector = "pid:" + std::to_string(holder.pid());
    const Run by_pid = machine.run(who_holds(machine, {selector, "--json"}));
    const auto answer = Machine::Json::parse(by_pid.out, nullptr, false);
    REQUIRE_MESSAGE(!answer.is_discarded(), "no JSON: ", by_pid.out);
    CHECK_MESSAGE(who_holds_violations(answer) == "", by_pid.out);
    CHECK(answer["sessions"].size() == 1);
    CHECK(answer["sessions"][0]["holders"][0]["pid"] == holder.pid());

    const auto listed = machine.list_all();
    CHECK(session_of(listed, "baileys/lab")["activity"] == "live");
  }

  TEST_CASE("no credential at all is no error of usage, and is said") {
    const Machine machine;
    const Run run = machine.run(who_holds(machine, {}));
    CHECK(run.exit_status == 1);
    CHECK(contains(run.err, "no WhatsApp credentials found"));
  }

  TEST_CASE("a wrong word ends with 2") {
    const Machine machine;
    machine.add_baileys("bots/lab", "v9-linked-msgs");
    for (const std::string word : {"baileys/lib", "pid:1"}) {
      const Run run = machine.run(who_holds(machine, {word}));
      CHECK_MESSAGE(run.exit_status == 2, word, ": ", run.err);
      CHECK(contains(run.err, word));
    }
  }

  TEST_CASE("an endpoint that is no address ends with 2 and is named") {
    const Machine machine;
    for (const std::string endpoint : {"nowhere", "web.whatsapp.invalid:443", "1.2.3.4:99999"}) {
      const Run run = machine.run(who_holds(machine, {"--endpoint", endpoint}));
      CHECK_MESSAGE(run.exit_status == 2, endpoint, ": ", run.err);
      CHECK_MESSAGE(contains(run.err, endpoint), run.err);
    }
  }

  TEST_CASE("whose processes could not be looked into is said, not passed over") {
    if (::geteuid() != 0) {
      MESSAGE("skipped: only root has processes that another user may not look into");
      return;
    }
    const Machine machine;
    machine.add_baileys("bots/lab", "v9-linked-msgs");
    const Run run = machine.run(who_holds(machine, {}));
    CHECK_MESSAGE(contains(run.out, "Holder unknown: baileys/lab"), run.out);
    CHECK(contains(run.out, "could not be looked into"));
  }

  TEST_CASE("--redact leaves no number, name or user in the answer") {
    const Machine machine;
    const std::string lab = machine.add_baileys("bots/15553334444", "v9-linked-msgs");
    machine.hand_over();
    const Holder holder(lab);
    for (const std::string form : {"--json", "--color=never"}) {
      const Run run = machine.run(who_holds(machine, {"--redact", form}));
      CHECK_MESSAGE(!contains(run.out, "15553334444"), run.out);
    }
  }
}

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/fixtures.h"
#include "support/json_contract.h"
#include "support/machine.h"

using namespace wasession::test;

namespace {

using Json = Machine::Json;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> doctor(const Machine& machine, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"doctor", "--only-root", "--root", machine.path("bots")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// Private as a careful person's: nothing but what a test adds is wrong with it.
std::string add_private(const Machine& machine, const std::string& below,
                        const std::string& fixture) {
  const std::string path = machine.add_baileys(below, fixture);
  std::filesystem::permissions(path, std::filesystem::perms(0700));
  return path;
}

Json diagnosis(const Machine& machine, const std::vector<std::string>& more, int status) {
  std::vector<std::string> arguments = doctor(machine, more);
  arguments.emplace_back("--json");
  const Run run = machine.run(arguments);
  CHECK_MESSAGE(run.exit_status == status, run.err, run.out);
  Json answer = Json::parse(run.out, nullptr, false);
  REQUIRE_MESSAGE(!answer.is_discarded(), "doctor --json printed no JSON: ", run.out);
  CHECK_MESSAGE(doctor_violations(answer) == "", run.out);
  return answer;
}

bool finds(const Json& answer, const std::string& code, const std::string& severity) {
  return std::any_of(answer["findings"].begin(), answer["findings"].end(), [&](const Json& each) {
    return each["code"] == code && each["severity"] == severity;
  });
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

/// A log of a bot that was replaced twice, a moment ago.
std::string pino_log(const std::string& phone, int device) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  std::string log;
  for (int i = 2; i > 0; --i) {
    const std::string head = "{\"level\":50,\"time\":" + std::to_string(now - i * 60'000) +
                             ",\"pid\":4711,\"hostname\":\"vm\",";
    log += head + "\"node\":{\"username\":\"" + phone +
           "\",\"passive\":true,\"device\":" + std::to_string(device) +
           "},\"msg\":\"logging in...\"}\n";
    log += head +
           "\"reasonNode\":{\"tag\":\"conflict\",\"attrs\":{\"type\":\"replaced\"}},"
           "\"fullErrorNode\":{\"tag\":\"stream:error\",\"attrs\":{},\"content\":[]},"
           "\"msg\":\"stream errored out\"}\n";
  }
  return log;
}

}  // namespace

TEST_SUITE("doctor") {
  TEST_CASE("a healthy machine gets a line for each session, and status 0") {
    const Machine machine;
    add_private(machine, "bots/lab", "v9-linked-msgs");
    const Run run = machine.run(doctor(machine, {}));
    CHECK_MESSAGE(run.exit_status == 0, run.out, run.err);
    CHECK_MESSAGE(contains(run.out, "ok  baileys/lab"), run.out);
    CHECK(contains(run.out, "No conflicts."));
    CHECK(diagnosis(machine, {}, 0)["verdict"] == "healthy");
  }

  TEST_CASE("two devices of one number are no conflict") {
    const Machine machine;
    add_private(machine, "bots/one", "v9-linked-msgs");
    Json creds = creds_of("v6-linked-msgs");
    creds["me"]["id"] = "15553334444:9@s.whatsapp.net";
    machine.add_credentials("bots/two", creds);
    std::filesystem::permissions(machine.path("bots/two"), std::filesystem::perms(0700));
    const Json answer = diagnosis(machine, {}, 0);
    CHECK_MESSAGE(answer["verdict"] == "healthy", answer.dump(1));
  }

  TEST_CASE("--only reports, and judges by, no other codes") {
    const Machine machine;
    add_private(machine, "bots/a", "v9-copy-A");
    add_private(machine, "bots/b", "v9-copy-B");
    const Json all = diagnosis(machine, {"--fail-on", "warning"}, 1);
    REQUIRE(finds(all, "copied-credential", "warning"));
    const Json only = diagnosis(
        machine, {"--fail-on", "warning", "--only", "copied-credential", "--only", "stale-lock"},
        1);
    REQUIRE(only["findings"].size() == 1);
    const Json none = diagnosis(machine, {"--fail-on", "warning", "--only", "stale-lock"}, 0);
    CHECK(none["findings"].empty());
    CHECK(none["verdict"] == "healthy");
    const Run unknown = machine.run(doctor(machine, {"--only", "copied"}));
    CHECK(unknown.exit_status == 2);
    CHECK(contains(unknown.err, "copied-credential"));
  }

  TEST_CASE("a copy that lies about is a warning, which --fail-on can make the status") {
    const Machine machine;
    add_private(machine, "bots/one", "v9-copy-A");
    add_private(machine, "bots/two", "v9-copy-B");
    const Json answer = diagnosis(machine, {}, 0);
    CHECK_MESSAGE(finds(answer, "copied-credential", "warning"), answer.dump(1));
    diagnosis(machine, {"--fail-on", "warning"}, 1);
  }

  TEST_CASE("440s in a log and no rival here: the rival is elsewhere, and status 1") {
    const Machine machine;
    add_private(machine, "bots/lab", "v9-linked-msgs");
    const std::string log = machine.files().write_file("bot.log", pino_log("15553334444", 3));
    const Json answer = diagnosis(machine, {"--log", log}, 1);
    CHECK_MESSAGE(finds(answer, "conflict-elsewhere", "error"), answer.dump(1));
    CHECK(answer["incidents"]["by_status"]["440"] == 2);

    const Json other = diagnosis(machine, {"--log", log, "--since", "30s"}, 0);
    CHECK_MESSAGE(other["incidents"]["total"] == 0, "--since lets old incidents through");
  }

  TEST_CASE(
      "--fix closes what others can read, changes nothing else, and has nothing to do again") {
    const Machine machine;
    const std::string lab = machine.add_baileys("bots/lab", "v9-linked-msgs");
    std::filesystem::permissions(lab, std::filesystem::perms(0755));
    std::filesystem::permissions(lab + "/creds.json", std::filesystem::perms(0644));
    const Json before = diagnosis(machine, {}, 0);
    CHECK(finds(before, "world-readable-secrets", "warning"));
    const Json fixed = diagnosis(machine, {"--fix"}, 0);
    CHECK_MESSAGE(fixed["verdict"] == "healthy", fixed.dump(1));
    CHECK(fixed["outcome"].size() > 0);
    CHECK(mode_of(lab) == 0700);
    CHECK(mode_of(lab + "/creds.json") == 0600);
    CHECK_MESSAGE(diagnosis(machine, {"--fix"}, 0)["outcome"].empty(), "a second --fix did more");
  }

  TEST_CASE("a log that isn't there, garbage or a directory is a warning and not the end") {
    const Machine machine;
    add_private(machine, "bots/lab", "v9-linked-msgs");
    const std::string garbage =
        machine.files().write_file("garbage.log", std::string(300'000, '\xff') + "{\"0\":\"{\n");
    const Json answer = diagnosis(
        machine, {"--log", garbage, "--log", machine.path("bots"), "--log", "/nowhere.log"}, 0);
    CHECK_MESSAGE(answer["warnings"].size() == 2, answer["warnings"].dump());
  }

  TEST_CASE("what is wrong with a broken credential and what follows from it are two sentences") {
    const Machine machine;
    machine.files().write_file("bots/lab/creds.json", "{\"x");
    std::filesystem::permissions(machine.path("bots/lab"), std::filesystem::perms(0700));
    const Json answer = diagnosis(machine, {}, 1);
    REQUIRE_MESSAGE(finds(answer, "corrupt-credentials", "error"), answer.dump(1));
    const std::string why = answer["findings"][0]["explanation"];
    CHECK_MESSAGE(contains(why, ". Without it"), why);
  }

  TEST_CASE("a wrong time, session or severity ends with 2 and is named") {
    const Machine machine;
    add_private(machine, "bots/lab", "v9-linked-msgs");
    const std::vector<std::vector<std::string>> wrong = {
        {"--since", "yesterday"}, {"baileys/lib"}, {"--fail-on", "info"}};
    for (const auto& arguments : wrong) {
      const Run run = machine.run(doctor(machine, arguments));
      CHECK_MESSAGE(run.exit_status == 2, arguments.back());
      CHECK_MESSAGE(contains(run.err, arguments.back()), run.err);
    }
  }

  TEST_CASE("the logs of both OpenClaw generations are counted by disconnects") {
    const std::string log = shared_fixture("openclaw/openclaw-mixed.log.jsonl");
    if (log.empty()) {
      MESSAGE("skipped: no ../shared/fixtures (set WASESSION_SHARED)");
      return;
    }
    const Machine machine;
    add_private(machine, "bots/lab", "v9-linked-msgs");
    const Json answer = diagnosis(machine, {"--log", log, "--since", "2026-11-01"}, 0);
    CHECK(answer["incidents"]["by_status"]["440"] == 25);
    CHECK(answer["incidents"]["by_status"]["408"] == 10);
  }

  TEST_CASE("--redact leaves no number in the diagnosis") {
    const Machine machine;
    add_private(machine, "bots/15550001111", "v9-copy-A");
    add_private(machine, "bots/copy", "v9-copy-B");
    for (const std::string form : {"--json", "--color=never"}) {
      const Run run = machine.run(doctor(machine, {"--redact", form}));
      CHECK_MESSAGE(!contains(run.out, "15550001111"), run.out);
    }
  }
}

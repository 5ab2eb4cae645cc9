#include "report/plan.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "report/escape.h"
#include "report/redact.h"
#include "support/json_contract.h"

using namespace wasession;
using namespace wasession::report;
using Json = nlohmann::json;

namespace {

constexpr Time kNow{std::chrono::seconds(1'795'000'000)};

Step step(StepKind kind, const std::string& target, const std::string& why) {
  Step made;
  made.kind = kind;
  made.target = target;
  made.why = why;
  return made;
}

/// A gateway under systemd and a bot started by hand, which use one credential.
struct Scene {
  Scene() {
    snapshot.taken_at = kNow;
    snapshot.host = "shop";
    Session session;
    session.id = "openclaw/default";
    session.credential.account.name = "Anna Lab";
    snapshot.sessions.push_back(session);
    for (const int pid : {4711, 5120}) {
      Process process;
      process.identity = {pid, 7};
      process.started_at = kNow - std::chrono::hours(3);
      process.uid = 1000;
      process.user = "anna";
      process.command = pid == 4711 ? "openclaw-gateway" : "node bot.js";
      snapshot.processes.push_back(process);
    }
    snapshot.processes[0].supervisor = Supervisor{SupervisorKind::systemd, "bot.service"};
  }

  /// Ends the bot, and moves its copy away when that was done.
  Scene& disconnect() {
    decision.kept = {{"openclaw/default", {4711, 7}, "it is supervised by systemd"}};
    Step end = step(StepKind::end_process, "pid:5120",
                    "It uses the same credential as openclaw/default, and WhatsApp keeps one "
                    "connection for each linked device.");
    end.stopping = Stopping{{5120, 7}, 1000, "anna", std::nullopt, true};
    Step purge = step(StepKind::quarantine, "/srv/bot/auth", "Its copy would be used again.");
    purge.if_done = 0;
    decision.plan = {end, purge};
    decision.left = {
        {"pid:900", "It only may hold openclaw/default.", "wasession disconnect --force pid:900"}};
    return *this;
  }

  PlanReport report(bool dry_run = false) const {
    return {"wasession.disconnect/1", snapshot, decision, outcomes, dry_run};
  }

  Snapshot snapshot;
  Decision decision;
  std::vector<Outcome> outcomes;
};

const std::string kHostile = "new\nline\x1b[2J\xe2\x80\xae\xff";

/// Each text that a plan can hold, hostile.
Scene hostile_scene() {
  Scene scene;
  scene.disconnect();
  scene.snapshot.host = kHostile;
  for (Process& process : scene.snapshot.processes) process.command = process.user = kHostile;
  scene.snapshot.processes[0].supervisor->unit = kHostile;
  scene.snapshot.warnings = {{kHostile, kHostile}};
  for (Step& one : scene.decision.plan) one.target = one.why = kHostile;
  scene.decision.kept[0].session = scene.decision.kept[0].why = kHostile;
  scene.decision.left = {{kHostile, kHostile, kHostile}};
  for (const Result result : {Result::done, Result::skipped, Result::failed}) {
    scene.outcomes.push_back({scene.decision.plan[0], result, kHostile, false});
  }
  return scene;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Numbers of seven digits or more, as a phone number has.
std::size_t longest_number(const std::string& text) {
  std::size_t longest = 0;
  std::size_t length = 0;
  for (const char c : text) {
    length = c >= '0' && c <= '9' ? length + 1 : 0;
    longest = std::max(longest, length);
  }
  return longest;
}

}  // namespace

TEST_SUITE("a plan") {
  TEST_CASE("says who stays, what is done in which order, and what is to be typed for the rest") {
    Scene scene;
    CHECK(plan_text(scene.disconnect().report(), 80, Style{}) ==
          "Stays:\n"
          "  openclaw/default, held by pid 4711 openclaw-gateway, user anna, started 3h\n"
          "  ago, systemd unit bot.service\n"
          "    because it is supervised by systemd\n"
          "\n"
          "Plan:\n"
          "  1. end the process pid:5120\n"
          "     pid 5120 node bot.js, user anna, started 3h ago\n"
          "     It uses the same credential as openclaw/default, and WhatsApp keeps one\n"
          "     connection for each linked device.\n"
          "     killed with SIGKILL if it does not end in time\n"
          "  2. move to quarantine /srv/bot/auth\n"
          "     Its copy would be used again.\n"
          "     only if step 1 is done\n"
          "\n"
          "Left standing:\n"
          "  pid:900\n"
          "    It only may hold openclaw/default.\n"
          "      wasession disconnect --force pid:900\n"
          "\n");
  }

  TEST_CASE("of a dry run doesn't look like one that is carried out") {
    Scene scene;
    scene.disconnect();
    const std::string text = plan_text(scene.report(true), 80, Style{});
    CHECK_MESSAGE(text.find("nothing is done") != std::string::npos, text);
    CHECK(plan_text(scene.report(), 80, Style{}).find("nothing is done") == std::string::npos);
  }

  TEST_CASE("has words of its own for every kind of step") {
    std::vector<Outcome> outcomes;
    for (int kind = 0; !to_string(static_cast<StepKind>(kind)).empty(); ++kind) {
      outcomes.push_back(
          {step(static_cast<StepKind>(kind), "TARGET", ""), Result::done, "", false});
    }
    std::set<std::string> seen;
    for (const std::string& line : lines_of(outcome_text(outcomes, Style{}))) {
      CHECK_MESSAGE(seen.insert(line).second, "two kinds of steps look the same: ", line);
      CHECK_MESSAGE(line.find("  TARGET") == std::string::npos, "a step has no words: ", line);
    }
    CHECK(seen.size() == outcomes.size());
  }

  TEST_CASE("is no wider than the terminal, but for what is copied") {
    Scene scene;
    scene.disconnect();
    scene.decision.plan.insert(scene.decision.plan.end(), 20, scene.decision.plan[0]);
    for (std::size_t width = 40; width <= 130; ++width) {
      for (const std::string& line : lines_of(plan_text(scene.report(), width, Style{}))) {
        const bool copied = line.find("wasession disconnect") != std::string::npos;
        CHECK_MESSAGE((copied || display_width(line) <= std::min<std::size_t>(width, 100)), width,
                      ": ", line);
      }
    }
  }

  TEST_CASE("keeps a target whole that does not fit") {
    Scene scene;
    const std::string path = "/" + std::string(150, 'x') + "/auth";
    scene.decision.plan = {step(StepKind::quarantine, path, "It is stale.")};
    CHECK(plan_text(scene.report(), 80, Style{}) ==
          "Plan:\n  1. move to quarantine\n     " + path + "\n     It is stale.\n\n");
  }

  TEST_CASE("with hostile names sends no control character to the terminal") {
    const Scene scene = hostile_scene();
    const std::string text =
        plan_text(scene.report(), 80, Style{}) + outcome_text(scene.outcomes, Style{});
    for (const char c : text) CHECK_MESSAGE((c == '\n' || c >= ' '), text);
    CHECK(lines_of(outcome_text(scene.outcomes, Style{})).size() == scene.outcomes.size());
    CHECK_MESSAGE(text.find("new\\nline\\x1b[2J") != std::string::npos, text);
  }

  TEST_CASE("is coloured only when asked, and says the same then") {
    Scene scene;
    scene.disconnect();
    const std::string plain = plan_text(scene.report(), 80, Style{});
    std::string coloured = plan_text(scene.report(), 80, Style{true});
    CHECK(coloured != plain);
    for (std::size_t at; (at = coloured.find('\x1b')) != std::string::npos;) {
      coloured.erase(at, coloured.find('m', at) - at + 1);
    }
    CHECK(coloured == plain);
  }

  TEST_CASE("shows what failed so that it can't be missed") {
    const Step end = step(StepKind::end_process, "pid:5120", "It is a rival.");
    const std::vector<Outcome> outcomes = {{end, Result::done, "it ended", false},
                                           {end, Result::skipped, "it is gone", false},
                                           {end, Result::failed, "no permission", true}};
    CHECK(outcome_text(outcomes, Style{}) ==
          "done     end the process pid:5120: it ended\n"
          "skipped  end the process pid:5120: it is gone\n"
          "FAILED   end the process pid:5120: no permission\n");
  }
}

TEST_SUITE("a plan as JSON") {
  TEST_CASE("keeps the contract, also with nothing in it and with hostile names") {
    Scene plain;
    for (const Scene& scene : {Scene(), plain.disconnect(), hostile_scene()}) {
      const Json json = Json::parse(plan_json(scene.report()));
      CHECK(test::plan_violations(json) == "");
      CHECK(json["plan"].size() == scene.decision.plan.size());
      CHECK(json["outcome"].size() == scene.outcomes.size());
    }
  }

  TEST_CASE("leaves the key of an absent fact out") {
    Scene scene;
    scene.disconnect();
    scene.decision.kept.push_back({"wacli/default", {}, "it was named"});
    scene.decision.left.push_back({"wacli/x", "Nobody knows who holds it.", ""});
    const Json json = Json::parse(plan_json(scene.report(true)));
    CHECK(json["dry_run"] == true);
    CHECK(json["kept"][0]["pid"] == 4711);
    CHECK_FALSE(json["kept"][1].contains("pid"));
    CHECK(json["left"][0]["command"] == "wasession disconnect --force pid:900");
    CHECK_FALSE(json["left"][1].contains("command"));
    CHECK(json["plan"][1]["step"] == "quarantine");
  }

  TEST_CASE("has its contract checked: each broken promise is noticed") {
    Scene scene;
    scene.disconnect();
    scene.outcomes = {{scene.decision.plan[0], Result::done, "it ended", false}};
    const Json good = Json::parse(plan_json(scene.report()));
    REQUIRE(test::plan_violations(good) == "");
    for (const auto& member : good.items()) {
      Json broken = good;
      broken.erase(member.key());
      CHECK_MESSAGE(test::plan_violations(broken) != "", member.key());
    }
    Json broken = good;
    broken["plan"][0]["step"] = "end_process";
    CHECK(test::plan_violations(broken) != "");
    broken = good;
    broken["left"][0]["command"] = "";
    CHECK(test::plan_violations(broken) != "");
    broken = good;
    broken["dry_run"] = true;
    CHECK(test::plan_violations(broken) != "");
  }
}

TEST_CASE("a redacted plan has no phone number, push name or user name left") {
  const std::string told = "/home/anna/+1 555-000-1111/anna lab 15550001111";
  Scene scene;
  scene.disconnect();
  for (Step& one : scene.decision.plan) {
    one.target = one.why = told;
    one.channel = Channel{told, told, told, told};
    one.watch = Watch{{"openclaw/15550001111"}, {told}, {}, false};
    one.purge = Purge{"openclaw/15550001111",
                      Tool::openclaw,
                      StoreKind::baileys_directory,
                      Jid{"15550001111", {}, 7, "s.whatsapp.net"},
                      {},
                      {},
                      "15550001111-x"};
  }
  scene.decision.kept = {{"openclaw/15550001111", {}, told}};
  scene.decision.left = {{told, told, told}};
  scene.outcomes = {{scene.decision.plan[0], Result::failed, told, false}};
  redact(scene.decision, scene.outcomes, scene.snapshot);
  scene.snapshot = redact(scene.snapshot);
  const std::string shown = plan_json(scene.report()) + plan_text(scene.report(), 80, Style{}) +
                            outcome_text(scene.outcomes, Style{});
  CHECK_MESSAGE(longest_number(shown) < 7, shown);
  for (const char* word : {"555-000", "anna", "Anna"}) {
    CHECK_MESSAGE(shown.find(word) == std::string::npos, word, " in ", shown);
  }
  const Step& step = scene.decision.plan[0];
  CHECK(step.watch->sessions[0] == "openclaw/15*******11");
  const Channel& channel = *step.channel;
  CHECK(longest_number(channel.profile + channel.account + channel.state_directory +
                       channel.auth_directory + step.watch->paths[0]) < 7);
  CHECK(longest_number(step.purge->session + step.purge->quarantine_id + step.purge->jid->user) <
        7);
  CHECK(step.stopping->user != "anna");
}

TEST_CASE("a redacted plan keeps the tool of an id though an account is named like it") {
  Scene scene;
  scene.snapshot.sessions[0].credential.account.name = "openclaw";
  scene.decision.plan = {step(StepKind::stop_channel, "openclaw/openclaw", "")};
  redact(scene.decision, scene.outcomes, scene.snapshot);
  CHECK(scene.decision.plan[0].target == "openclaw/***");
}

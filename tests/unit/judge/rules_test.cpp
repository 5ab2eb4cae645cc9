#include <algorithm>
#include <functional>
#include <random>
#include <set>

#include <doctest/doctest.h>

#include "snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

namespace {

const std::set<std::string_view> kCodes = {"copied-credential",
                                           "two-holders",
                                           "two-sockets",
                                           "conflict-elsewhere",
                                           "not-a-rival",
                                           "reconnect-loop",
                                           "logged-out",
                                           "zombie-holder",
                                           "ghost-holder",
                                           "duplicate-gateway",
                                           "corrupt-credentials",
                                           "backup-will-restore",
                                           "interrupted-pairing",
                                           "stale-credential",
                                           "phone-offline-risk",
                                           "too-many-devices",
                                           "world-readable-secrets",
                                           "stale-lock",
                                           "unconfigured-store",
                                           "registry-damaged",
                                           "cannot-see"};

template <typename Value>
Value any_of(std::mt19937& random, std::initializer_list<Value> values) {
  return *(values.begin() + random() % values.size());
}

/// Anything that observe could have seen, and some things that it could not.
SnapshotBuilder random_machine(std::mt19937& random) {
  SnapshotBuilder machine;
  for (auto left = random() % 6; left > 0; --left) {
    machine.process(static_cast<int>(100 + random() % 8),
                    any_of(random, {"node bot.js", "openclaw-gateway", "wacli sync"}),
                    random() % 3);
    auto& process = machine.process_at(machine.raw().processes.size() - 1);
    process.parent = static_cast<int>(100 + random() % 8);
    process.started_at = ago(std::chrono::minutes(random() % 100));
  }
  const std::size_t processes = machine.raw().processes.size();
  for (auto left = random() % 6; left > 0; --left) {
    const auto tool = any_of(random, {Tool::openclaw, Tool::wacli, Tool::baileys, Tool::whatsmeow});
    const auto i = machine.session("x/" + std::to_string(left), random() % 4, tool,
                                   any_of<std::string>(random, {"1555", "1666"}));
    Session& session = machine.at(i);
    session.credential.state = any_of(random, {State::linked, State::linked, State::logged_out,
                                               State::pairing, State::corrupt, State::unpaired});
    session.activity = any_of(random, {Activity::idle, Activity::stale});
    session.store.configured = random() % 2 == 0;
    session.store.identity.inode = random() % 8;
    if (random() % 4 == 0) session.credential.fingerprint.reset();
    if (random() % 4 == 0) session.credential.jid.reset();
    if (random() % 4 == 0) session.credential.linked_at.reset();
    session.credential.last_used_at = ago(std::chrono::hours(random() % 1000));
    for (auto holders = processes == 0 ? 0 : random() % 4; holders > 0; --holders) {
      machine.hold(i, random() % processes,
                   any_of(random, {Strength::possible, Strength::likely, Strength::certain}),
                   static_cast<EvidenceKind>(random() % 10));
      session.holders.back().two_sockets = random() % 3 == 0;
    }
  }
  for (auto left = random() % 12; left > 0; --left) {
    Incident incident = SnapshotBuilder::untold(any_of(random, {440, 440, 401, 428, 0}),
                                                std::chrono::minutes(left * (random() % 10)));
    incident.kind = static_cast<IncidentKind>(random() % 5);
    if (random() % 2 == 0) incident.phone = any_of<std::string>(random, {"1555", "1777"});
    if (random() % 2 == 0) incident.device = random() % 4;
    if (random() % 2 == 0) incident.account = std::to_string(random() % 6);
    if (random() % 2 == 0) incident.pid = static_cast<int>(100 + random() % 8);
    if (random() % 2 == 0) incident.source = "/tmp/openclaw/openclaw.log";
    machine.add(incident);
  }
  machine.raw().processes_unreadable = random() % 2;
  return machine;
}

std::string everything(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += codes({finding}) + "|" + finding.summary + "|" + finding.explanation + "|" +
            finding.path + "|" + remedy(finding);
    for (const auto* list : {&finding.sessions, &finding.processes, &finding.incidents}) {
      for (const std::size_t i : *list) text += std::to_string(i) + " ";
      text += "|";
    }
  }
  return text;
}

bool ascending(const std::vector<std::size_t>& positions, std::size_t count) {
  const bool in_order = std::adjacent_find(positions.begin(), positions.end(),
                                           std::greater_equal<>()) == positions.end();
  return in_order && (positions.empty() || positions.back() < count);
}

}  // namespace

TEST_SUITE("the table of rules") {
  TEST_CASE("has every code that scripts may match, once, with a line about it") {
    std::set<std::string_view> codes_found;
    for (const judge::Rule& rule : judge::rules()) {
      CHECK_MESSAGE(codes_found.insert(rule.code).second, rule.code, " stands twice");
      CHECK_MESSAGE(!rule.about.empty(), rule.code, " says nothing about itself");
    }
    CHECK_EQ(codes_found, kCodes);
  }
}

TEST_SUITE("whatever the machine looks like") {
  TEST_CASE("findings are in order, in bounds, of known codes, and the same each time") {
    std::mt19937 random(440);
    std::set<std::string_view> seen;
    for (int round = 0; round < 3000; ++round) {
      const Snapshot snapshot = random_machine(random).build();
      const auto findings = judge::judge(snapshot);
      REQUIRE_EQ(everything(findings), everything(judge::judge(snapshot)));
      REQUIRE(std::is_sorted(
          findings.begin(), findings.end(),
          [](const Finding& a, const Finding& b) { return a.severity > b.severity; }));
      for (const Finding& finding : findings) {
        seen.insert(finding.code);
        CAPTURE(finding.code);
        REQUIRE(kCodes.count(finding.code) == 1);
        REQUIRE(ascending(finding.sessions, snapshot.sessions.size()));
        REQUIRE(ascending(finding.processes, snapshot.processes.size()));
        REQUIRE(ascending(finding.incidents, snapshot.incidents.size()));
        REQUIRE(finding.summary.ends_with('.'));
        REQUIRE_FALSE(finding.explanation.empty());
        REQUIRE((finding.severity == Severity::info || !finding.remedy.empty() ||
                 finding.code == "cannot-see"));
      }
    }
    CHECK_MESSAGE(seen.size() > 14, "the random machines are too tame: ", seen.size(), " codes");
  }

  TEST_CASE("devices of one account are never an error, whatever the number of holders") {
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
      SnapshotBuilder machine;
      for (std::uint32_t device = 0; device < 1 + random() % 6; ++device) {
        const auto tool = any_of(random, {Tool::openclaw, Tool::wacli, Tool::baileys});
        machine.hold(machine.session("x/" + std::to_string(device), device, tool),
                     machine.process(static_cast<int>(100 + device)),
                     any_of(random, {Strength::likely, Strength::certain}));
      }
      for (const Finding& finding : judged(machine)) {
        REQUIRE_MESSAGE(finding.severity != Severity::error,
                        "devices side by side are called a conflict: ", finding.summary);
      }
    }
  }

  TEST_CASE("a copied credential that is held twice is always told, whatever runs beside it") {
    std::mt19937 random(2);
    for (int round = 0; round < 1000; ++round) {
      SnapshotBuilder machine = random_machine(random);
      const auto a = machine.session("copy/a", 77, Tool::baileys);
      const auto b = machine.session("copy/b", 77, Tool::wacli);
      machine.at(a).store.identity = {9, 1};
      machine.at(b).store.identity = {9, 2};
      machine.hold(a, machine.process(901));
      machine.hold(b, machine.process(902));
      const auto findings = judged(machine);
      const bool told = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.code == "copied-credential" && finding.severity == Severity::error &&
               finding.sessions == std::vector<std::size_t>{a, b};
      });
      REQUIRE_MESSAGE(told, "the copies are not told: ", codes(findings));
    }
  }
}

#include <doctest/doctest.h>

#include "snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

namespace {

Incident of_account(const std::string& account) {
  Incident incident = SnapshotBuilder::untold(kReplaced, 1min);
  incident.account = account;
  incident.source = "/tmp/openclaw/openclaw-2026-11-22.log";
  return incident;
}

/// An OpenClaw and a wacli, each a device of its own.
SnapshotBuilder side_by_side() {
  SnapshotBuilder machine;
  machine.hold(machine.session("openclaw/default", 1), machine.process(11, "openclaw-gateway"));
  machine.hold(machine.session("wacli/default", 2, Tool::wacli), machine.process(22, "wacli sync"));
  return machine;
}

}  // namespace

TEST_SUITE("a 440 whose rival is not on this machine") {
  TEST_CASE("is an error while it is fresh, and a warning after an hour") {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/default", 1);
    machine.incident(session, kReplaced, 59min);
    CHECK_EQ(codes(machine), "error conflict-elsewhere");
    machine.raw().incidents[0].at = ago(61min);
    CHECK_EQ(codes(machine), "warning conflict-elsewhere");
    machine.raw().incidents[0].status = 428;
    CHECK_EQ(codes(machine), "");
  }

  TEST_CASE("calms down once a connection was left in peace for ten minutes") {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/default", 1);
    machine.hold(session, machine.process(11));
    machine.incident(session, kReplaced, 9min);
    CHECK_EQ(codes(machine), "error conflict-elsewhere");
    machine.raw().incidents[0].at = ago(11min);
    CHECK_EQ(codes(machine), "warning conflict-elsewhere");
  }

  TEST_CASE("is not about a credential that was linked since: linking again is the cure") {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/default", 1);
    machine.incident(session, kReplaced, 5min);
    machine.at(session).credential.linked_at = ago(4min);
    CHECK_EQ(codes(machine), "");
  }

  TEST_CASE("is about the device that the log names, not about its neighbour") {
    SnapshotBuilder machine = side_by_side();
    machine.incident(1, kReplaced, 1min);
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "error conflict-elsewhere, info not-a-rival");
    CHECK_EQ(findings[0].sessions, std::vector<std::size_t>{1});
  }

  TEST_CASE("is about the OpenClaw account of that name") {
    SnapshotBuilder machine = side_by_side();
    machine.add(of_account("default"));
    CHECK_EQ(judged(machine).at(0).sessions, std::vector<std::size_t>{0});
  }

  TEST_CASE("of an account that is not here is about nobody here") {
    SnapshotBuilder machine = side_by_side();
    machine.add(of_account("other"));
    CHECK_EQ(codes(machine), "info not-a-rival");
  }

  TEST_CASE("is about the program whose log it is, or that wrote the line") {
    SnapshotBuilder machine = side_by_side();
    Incident incident = of_account("");
    SUBCASE("by the log's name") {}
    SUBCASE("by the pid") {
      incident.source = "/var/log/syslog";
      incident.pid = 11;
    }
    machine.add(incident);
    CHECK_EQ(judged(machine).at(0).sessions, std::vector<std::size_t>{0});
  }

  TEST_CASE("about which nothing is told names every session that could be meant, once") {
    SnapshotBuilder machine = side_by_side();
    machine.add(SnapshotBuilder::untold(kReplaced, 2min));
    machine.add(SnapshotBuilder::untold(kReplaced, 1min));
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "error conflict-elsewhere, info not-a-rival");
    CHECK_EQ(findings[0].sessions, std::vector<std::size_t>{0, 1});
    CHECK_NE(findings[0].summary.find("one of"), std::string::npos);
    CHECK_EQ(findings[0].incidents.size(), 2);
  }

  TEST_CASE("about which nothing is told is explained by a fight that is seen") {
    SnapshotBuilder machine = side_by_side();
    machine.hold(0, machine.process(33, "openclaw-gateway"));
    machine.add(SnapshotBuilder::untold(kReplaced, 1min));
    CHECK_EQ(codes(machine), "error duplicate-gateway, info not-a-rival");
  }

  TEST_CASE("says so when processes could not be looked into, and when a stranger is connected") {
    SnapshotBuilder machine;
    machine.incident(machine.session("openclaw/default", 1), kReplaced, 1min);
    machine.raw().processes_unreadable = 3;
    machine.raw().processes_seen = 90;
    machine.raw().strangers = {machine.process(77, "chrome")};
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "error conflict-elsewhere, info cannot-see");
    CHECK_NE(findings[0].explanation.find("3 processes could not be looked into"),
             std::string::npos);
    CHECK_NE(findings[0].explanation.find("pid 77"), std::string::npos);
    CHECK_EQ(findings[0].remedy.at(0), "sudo wasession doctor");
    machine.raw().processes_unreadable = 0;
    machine.raw().processes_hidden = true;
    const auto hidden = judged(machine);
    CHECK_NE(hidden[0].explanation.find("processes of other users are hidden"), std::string::npos);
    CHECK_EQ(hidden[0].remedy.at(0), "sudo wasession doctor");
  }
}

TEST_SUITE("two devices of one account") {
  TEST_CASE("are mentioned only while both are held") {
    SnapshotBuilder machine = side_by_side();
    CHECK_EQ(codes(machine), "info not-a-rival");
    machine.at(1).holders[0].confidence = Strength::possible;
    CHECK_EQ(codes(machine), "");
  }
}

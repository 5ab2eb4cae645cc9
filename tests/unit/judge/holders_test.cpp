#include <doctest/doctest.h>

#include "snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

TEST_SUITE("connections that break") {
  TEST_CASE("three times in ten minutes of the last hour are a loop") {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/default", 1);
    for (const auto age : {30min, 25min, 21min}) machine.incident(session, 428, age);
    CHECK_EQ(codes(machine), "warning reconnect-loop");
    SUBCASE("but not when they are further apart") {
      machine.raw().incidents[0].at = ago(32min);
    }
    SUBCASE("but not when they are over") {
      for (Incident& incident : machine.raw().incidents) incident.at -= 50min;
    }
    SUBCASE("but not when one is the restart after a pairing") {
      machine.raw().incidents[1].status = 515;
    }
    CHECK_EQ(codes(machine), "");
  }
}

TEST_SUITE("a holder that only looks alive") {
  TEST_CASE("is a zombie: wacli's lock, no connection, for more than two minutes") {
    SnapshotBuilder machine;
    const auto wacli = machine.process(11, "wacli sync --follow", 0);
    machine.hold(machine.session("wacli/default", 1, Tool::wacli), wacli, Strength::certain,
                 EvidenceKind::wacli_lock);
    CHECK_EQ(codes(machine), "warning zombie-holder");
    SUBCASE("but not while it starts") {
      machine.process_at(wacli).started_at = ago(119s);
    }
    SUBCASE("but not while it connects") {
      machine.process_at(wacli).connections = {{"157.240.1.60:443", "syn-sent"}};
    }
    SUBCASE("but not without the lock") {
      machine.at(0).holders[0].evidence[0].kind = EvidenceKind::open_file;
    }
    CHECK_EQ(codes(machine), "");
  }

  TEST_CASE("is a ghost: a gateway that is connected while its credential file is gone") {
    SnapshotBuilder machine;
    machine.process(11, "openclaw-gateway");
    Incident missing = SnapshotBuilder::untold(0, 4min);
    missing.kind = IncidentKind::credential_missing;
    machine.add(missing);
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "error ghost-holder");
    CHECK_EQ(findings[0].processes, std::vector<std::size_t>{0});
    SUBCASE("but not when that was a while ago") {
      machine.raw().incidents[0].at = ago(6min);
    }
    SUBCASE("but not without a gateway") {
      machine.process_at(0).command = "node bot.js";
    }
    SUBCASE("but not when another process said so") {
      machine.raw().incidents[0].pid = 12;
    }
    CHECK_EQ(codes(machine), "");
  }
}

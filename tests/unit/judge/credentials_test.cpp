#include <doctest/doctest.h>

#include "snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

TEST_SUITE("a credential that WhatsApp has logged out") {
  TEST_CASE("is a warning, and an error while a process still uses it") {
    SnapshotBuilder machine;
    const auto session = machine.session("baileys/a", 1, Tool::baileys);
    CHECK_EQ(codes(machine), "");
    machine.at(session).credential.state = State::logged_out;
    CHECK_EQ(codes(machine), "warning logged-out");
    machine.hold(session, machine.process(11), Strength::possible);
    CHECK_EQ(codes(machine), "warning logged-out");
    machine.hold(session, machine.process(12));
    CHECK_EQ(codes(machine), "error logged-out");
  }

  TEST_CASE("is known by a 401 after its last use, not by an earlier one") {
    SnapshotBuilder machine;
    const auto session = machine.session("baileys/a", 1, Tool::baileys);
    machine.at(session).credential.last_used_at = ago(10min);
    machine.incident(session, kLoggedOut, 9min);
    CHECK_EQ(codes(machine), "warning logged-out");
    machine.at(session).credential.last_used_at = ago(8min);
    CHECK_EQ(codes(machine), "");
  }

  TEST_CASE("is not guessed among several") {
    SnapshotBuilder machine;
    for (const char* id : {"baileys/a", "baileys/b"}) {
      const auto key = static_cast<std::uint32_t>(id[8]);
      machine.at(machine.session(id, key, Tool::baileys)).credential.last_used_at = ago(10min);
    }
    machine.add(SnapshotBuilder::untold(kLoggedOut, 1min));
    CHECK_EQ(codes(machine), "");
  }
}

TEST_SUITE("a credential's state") {
  TEST_CASE("corrupt is an error; with a good backup the remedy copies it back") {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/default", 1);
    CHECK_EQ(codes(machine), "");
    machine.at(session).credential = CredentialReading{};
    machine.at(session).credential.state = State::corrupt;
    CHECK_EQ(codes(machine), "error corrupt-credentials");
    machine.raw().condition.restorable = {session};
    const auto findings = judged(machine);
    CHECK_EQ(codes(findings), "error corrupt-credentials, warning backup-will-restore");
    CHECK_EQ(findings[0].remedy.at(0),
             "cp -p -- /srv/openclaw/default/creds.json.bak /srv/openclaw/default/creds.json");
  }

  TEST_CASE("a backup that would undo a deletion is a warning") {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/default", 1);
    machine.at(session).credential.state = State::unpaired;
    CHECK_EQ(codes(machine), "");
    machine.raw().condition.restorable = {session};
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "warning backup-will-restore");
    CHECK_EQ(findings[0].path, "/srv/openclaw/default/creds.json.bak");
  }

  TEST_CASE("a pairing is interrupted when nobody completed it in ten minutes") {
    SnapshotBuilder machine;
    const auto session = machine.session("baileys/a", 1, Tool::baileys);
    machine.at(session).credential.state = State::pairing;
    machine.at(session).credential.last_used_at = ago(9min);
    CHECK_EQ(codes(machine), "");
    machine.at(session).credential.last_used_at = ago(10min);
    CHECK_EQ(codes(machine), "warning interrupted-pairing");
  }
}

TEST_SUITE("a link's life time") {
  TEST_CASE("ends after 30 days unused, and after 14 it is time to think of it") {
    SnapshotBuilder machine;
    const auto session = machine.session("baileys/a", 1, Tool::baileys);
    machine.at(session).credential.last_used_at = ago(14 * 24h);
    CHECK_EQ(codes(machine), "");
    machine.at(session).credential.last_used_at = ago(14 * 24h + 1s);
    CHECK_EQ(codes(machine), "info phone-offline-risk");
    machine.at(session).credential.last_used_at = ago(31 * 24h);
    machine.at(session).activity = Activity::stale;
    CHECK_EQ(codes(machine), "warning stale-credential");
    machine.hold(session, machine.process(11));
    CHECK_EQ(codes(machine), "");
  }

  TEST_CASE("is the credential's, whichever copy is used") {
    SnapshotBuilder machine;
    const auto old = machine.session("baileys/old", 1, Tool::baileys);
    machine.session("baileys/used", 1, Tool::baileys);
    machine.at(old).credential.last_used_at = ago(40 * 24h);
    machine.at(old).activity = Activity::stale;
    CHECK_EQ(codes(machine), "warning copied-credential");
  }

  TEST_CASE("many stale ones are one finding that names a few") {
    SnapshotBuilder machine;
    for (std::uint32_t i = 0; i < 9; ++i) {
      machine
          .at(machine.session("baileys/" + std::to_string(i), i, Tool::baileys, std::to_string(i)))
          .activity = Activity::stale;
    }
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "warning stale-credential");
    CHECK_EQ(findings[0].sessions.size(), 9);
    CHECK_NE(findings[0].summary.find("and 5 more"), std::string::npos);
    CHECK_EQ(findings[0].summary.find("baileys/4"), std::string::npos);
  }

  TEST_CASE("five devices of one account are more than WhatsApp allows; four and a copy are not") {
    SnapshotBuilder machine;
    for (std::uint32_t i = 0; i < 4; ++i) {
      machine.session("baileys/" + std::to_string(i), i, Tool::baileys);
    }
    CHECK_EQ(codes(machine), "");
    const auto fifth = machine.session("baileys/fifth", 0, Tool::baileys);
    CHECK_EQ(codes(machine), "warning copied-credential");
    machine.at(fifth).credential.fingerprint->bytes[9] = 1;
    CHECK_EQ(codes(machine), "warning too-many-devices");
    machine.at(fifth).credential.state = State::logged_out;
    CHECK_EQ(codes(machine), "warning logged-out");
  }
}

#include <doctest/doctest.h>

#include "snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;

TEST_SUITE("files of a session") {
  TEST_CASE("that others may read are a warning that can be fixed") {
    SnapshotBuilder machine;
    const auto session = machine.session("baileys/a", 1, Tool::baileys);
    CHECK_EQ(codes(machine), "");
    machine.raw().condition.exposed = {{"/srv/baileys/a/creds.json", {}, 0644, 0600, session}};
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "warning world-readable-secrets");
    CHECK(findings[0].fixable);
    CHECK_EQ(findings[0].path, "/srv/baileys/a/creds.json");
    CHECK_EQ(remedy(findings[0]), "chmod 600 -- /srv/baileys/a/creds.json\n");
  }

  TEST_CASE("that others may read are one finding for a session, however many they are") {
    SnapshotBuilder machine;
    const auto session = machine.session("baileys/a", 1, Tool::baileys);
    for (int i = 0; i < 800; ++i) {
      machine.raw().condition.exposed.push_back(
          {"/srv/baileys/a/pre-key-" + std::to_string(i) + ".json", {}, 0644, 0600, session});
    }
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "warning world-readable-secrets");
    CHECK_EQ(remedy(findings[0]), "wasession doctor --fix baileys/a\n");
  }

  TEST_CASE("a stale lock is a warning, and an error when OpenClaw would wait for it for ever") {
    SnapshotBuilder machine;
    machine.session("openclaw/default", 1);
    CHECK_EQ(codes(machine), "");
    machine.raw().condition.stale_locks = {
        {"/srv/openclaw/default.lock", {}, {4242, 1}, std::size_t{0}, false}};
    auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "warning stale-lock");
    CHECK(findings[0].fixable);
    CHECK_EQ(findings[0].path, "/srv/openclaw/default.lock");
    machine.raw().condition.stale_locks[0].blocks = true;
    CHECK_EQ(codes(machine), "error stale-lock");
  }

  TEST_CASE("a lock that a command under run left is no warning: nothing needs doing") {
    SnapshotBuilder machine;
    machine.session("openclaw/default", 1);
    machine.raw().condition.stale_locks = {
        {"/srv/openclaw/default.lock", {}, {4242, 1}, std::size_t{0}, false, true}};
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "info stale-lock");
    CHECK_NE(findings[0].explanation.find("A command of wasession run kept OpenClaw off with it"),
             std::string::npos);
    CHECK_NE(findings[0].explanation.find("nothing needs doing"), std::string::npos);
    machine.raw().condition.stale_locks[0].blocks = true;
    CHECK_MESSAGE(codes(machine) == "error stale-lock",
                  "a lock that keeps OpenClaw waiting for ever is played down");
  }

  TEST_CASE("a credential that no OpenClaw configuration names is told, unless it is a copy") {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/old", 1);
    machine.at(session).store.path = "/home/u/.openclaw/credentials/whatsapp/old";
    CHECK_EQ(codes(machine), "");
    machine.at(session).store.configured = false;
    CHECK_EQ(codes(machine), "info unconfigured-store");
    machine.session("openclaw/default", 1);
    CHECK_EQ(codes(machine), "warning copied-credential");
  }

  TEST_CASE("a damaged registry is a warning that can be fixed") {
    SnapshotBuilder machine;
    machine.raw().condition.damaged_registry = "/home/u/.local/state/wasession/registry.db";
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "warning registry-damaged");
    CHECK(findings[0].fixable);
    CHECK_EQ(findings[0].path, "/home/u/.local/state/wasession/registry.db");
  }
}

TEST_SUITE("what could not be looked at") {
  TEST_CASE("processes are one piece of information, not one for each") {
    SnapshotBuilder machine;
    machine.raw().processes_seen = 100;
    CHECK_EQ(codes(machine), "");
    machine.raw().processes_unreadable = 40;
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "info cannot-see");
    CHECK_EQ(findings[0].summary, "40 of 100 processes could not be looked into.");
  }

  TEST_CASE("processes that /proc hides are told although nobody can count them") {
    SnapshotBuilder machine;
    machine.raw().processes_hidden = true;
    machine.raw().processes_seen = 1;
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "info cannot-see");
    CHECK_EQ(findings[0].summary, "The processes of other users are hidden here.");
    CHECK_EQ(remedy(findings[0]), "sudo wasession doctor\n");
  }

  TEST_CASE("a machine without /proc is not taken for one that hides processes") {
    SnapshotBuilder machine;
    machine.raw().processes_hidden = true;
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "info cannot-see");
    CHECK_NE(findings[0].explanation.find("/proc is not mounted"), std::string::npos);
  }

  TEST_CASE("files are one warning that says why, of many only a few") {
    SnapshotBuilder machine;
    for (int i = 0; i < 6; ++i) {
      machine.raw().warnings.push_back({"/srv/" + std::to_string(i), "permission denied"});
    }
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "warning cannot-see");
    CHECK_NE(findings[0].explanation.find("/srv/3: permission denied"), std::string::npos);
    CHECK_EQ(findings[0].explanation.find("/srv/4"), std::string::npos);
    CHECK_NE(findings[0].explanation.find("And 2 more"), std::string::npos);
  }
}

#include <doctest/doctest.h>

#include "snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

namespace {

/// Two copies of one credential, each with a holder.
SnapshotBuilder fight() {
  SnapshotBuilder machine;
  machine.hold(machine.session("baileys/a", 1, Tool::baileys), machine.process(11));
  machine.hold(machine.session("baileys/b", 1, Tool::baileys), machine.process(22));
  return machine;
}

}  // namespace

TEST_SUITE("one credential, used twice on this machine") {
  TEST_CASE("two copies in use are a copied credential, with both sessions and both pids") {
    const auto findings = judged(fight());
    REQUIRE_EQ(codes(findings), "error copied-credential");
    CHECK_EQ(findings[0].sessions, std::vector<std::size_t>{0, 1});
    CHECK_EQ(findings[0].processes, std::vector<std::size_t>{0, 1});
    for (const char* name : {"baileys/a", "baileys/b", "pid 11", "pid 22"}) {
      CHECK_MESSAGE(findings[0].summary.find(name) != std::string::npos, name, " is not named in ",
                    findings[0].summary);
    }
  }

  TEST_CASE("two devices of one account side by side are told to be no rivals, and no more") {
    SnapshotBuilder machine;
    machine.hold(machine.session("openclaw/default", 1), machine.process(11));
    machine.hold(machine.session("wacli/default", 2, Tool::wacli), machine.process(22));
    CHECK_EQ(codes(machine), "info not-a-rival");
  }

  TEST_CASE("devices of different accounts have nothing to do with each other") {
    SnapshotBuilder machine;
    machine.hold(machine.session("openclaw/default", 1), machine.process(11));
    machine.hold(machine.session("wacli/default", 2, Tool::wacli, "15552223333"),
                 machine.process(22));
    CHECK_EQ(codes(machine), "");
  }

  TEST_CASE("an idle copy of a credential in use is a warning that keeps the one in use") {
    SnapshotBuilder machine;
    machine.hold(machine.session("openclaw/default", 1), machine.process(11));
    const auto copy = machine.session("openclaw/default.bak", 1);
    machine.at(copy).store.configured = false;
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "warning copied-credential");
    CHECK_NE(findings[0].summary.find("openclaw/default.bak (idle)"), std::string::npos);
    CHECK_EQ(findings[0].remedy.at(0), "wasession purge-creds openclaw/default.bak");
  }

  TEST_CASE("two idle copies are a warning that keeps the one used last") {
    SnapshotBuilder machine;
    machine.session("baileys/new", 1, Tool::baileys);
    const auto old = machine.session("baileys/old", 1, Tool::baileys);
    machine.at(old).credential.last_used_at = ago(240h);
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "warning copied-credential");
    CHECK_EQ(findings[0].remedy.at(0), "wasession purge-creds baileys/old");
  }

  TEST_CASE("an idle copy is the suspect while 440s go on") {
    SnapshotBuilder machine;
    const auto used = machine.session("openclaw/default", 1);
    machine.hold(used, machine.process(11));
    machine.session("openclaw/copy", 1);
    machine.incident(used, kReplaced, 30s);
    CHECK_EQ(codes(machine), "error copied-credential");
    machine.raw().incidents[0].at = ago(90min);
    CHECK_EQ(codes(machine), "warning copied-credential");
  }

  TEST_CASE("copies of a credential that WhatsApp has removed are no conflict") {
    SnapshotBuilder machine;
    for (const char* id : {"baileys/a", "baileys/b"}) {
      machine.at(machine.session(id, 1, Tool::baileys)).credential.state = State::logged_out;
    }
    CHECK_EQ(codes(machine), "warning logged-out, warning logged-out");
  }

  TEST_CASE("the rival that waits for its retry is seen while there are 440s of the last hour") {
    SnapshotBuilder machine;
    const auto a = machine.session("baileys/a", 1, Tool::baileys);
    const auto b = machine.session("baileys/b", 1, Tool::baileys);
    machine.hold(a, machine.process(11));
    machine.hold(b, machine.process(22, "node bot.js", 0), Strength::possible);
    REQUIRE_EQ(codes(machine), "warning copied-credential");
    CHECK_NE(judged(machine)[0].summary.find("baileys/b (perhaps used by pid 22"),
             std::string::npos);
    machine.incident(a, kReplaced, 20min);
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "error copied-credential");
    CHECK_EQ(findings[0].processes, std::vector<std::size_t>{0, 1});
    machine.raw().incidents[0].at = ago(61min);
    CHECK_EQ(codes(machine), "warning copied-credential");
  }

  TEST_CASE("an editor, a child, or a neighbour in the directory is no rival, even in a fight") {
    SnapshotBuilder machine;
    const auto session = machine.session("baileys/a", 1, Tool::baileys);
    machine.hold(session, machine.process(11));
    machine.incident(session, kReplaced, 1min);
    SUBCASE("an editor") {
      const auto editor = machine.process(22, "vim creds.json", 0);
      machine.process_at(editor).executable = "/usr/bin/vim";
      machine.hold(session, editor, Strength::possible);
    }
    SUBCASE("a child of the holder, which inherits what it was told") {
      const auto child = machine.process(22, "node worker.js", 0);
      machine.process_at(child).parent = 11;
      machine.hold(session, child, Strength::possible, EvidenceKind::environment);
    }
    SUBCASE("a program that only stands there") {
      machine.hold(session, machine.process(22, "node other.js", 0), Strength::possible,
                   EvidenceKind::working_directory);
    }
    CHECK_EQ(codes(machine), "error conflict-elsewhere");
  }

  TEST_CASE("two processes on one store are two holders") {
    SnapshotBuilder machine;
    const auto session = machine.session("baileys/a", 1, Tool::baileys);
    machine.hold(session, machine.process(11));
    CHECK_EQ(codes(machine), "");
    machine.hold(session, machine.process(22));
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "error two-holders");
    CHECK_EQ(findings[0].processes, std::vector<std::size_t>{0, 1});
  }

  TEST_CASE("one directory under two paths is one store, not a copy") {
    SnapshotBuilder machine = fight();
    machine.at(1).store.identity = machine.at(0).store.identity;
    CHECK_EQ(codes(machine), "error two-holders");
  }

  TEST_CASE("a wacli that only searches the database is no second holder") {
    SnapshotBuilder machine;
    const auto session = machine.session("wacli/default", 1, Tool::wacli);
    machine.hold(session, machine.process(11, "wacli sync --follow"), Strength::certain,
                 EvidenceKind::wacli_lock);
    const auto other = machine.process(22, "wacli messages search x", 0);
    machine.process_at(other).executable = "/usr/local/bin/wacli";
    machine.hold(session, other, Strength::certain, EvidenceKind::open_file);
    CHECK_EQ(codes(machine), "");
    machine.process_at(other).executable = "/srv/bridge/whatsapp-bridge";
    CHECK_EQ(codes(machine), "error two-holders");
  }

  TEST_CASE("two OpenClaw gateways on one store are a duplicate gateway; one and a bot are not") {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/default", 1);
    machine.hold(session, machine.process(11, "openclaw-gateway"));
    const auto other = machine.process(22, "node bot.js");
    machine.hold(session, other);
    CHECK_EQ(codes(machine), "error two-holders");
    machine.at(session).holders[1].evidence[0].kind = EvidenceKind::gateway_lock;
    CHECK_EQ(codes(machine), "error duplicate-gateway");
    machine.at(session).holders[1].evidence[0].kind = EvidenceKind::command_line;
    machine.process_at(other).command = "openclaw gateway run";
    CHECK_EQ(codes(machine), "error duplicate-gateway");
  }

  TEST_CASE("one process with a second connection is two sockets: an error once 440s say so") {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/default", 1);
    machine.hold(session, machine.process(11, "openclaw-gateway", 2));
    CHECK_EQ(codes(machine), "");
    machine.at(session).holders[0].two_sockets = true;
    CHECK_EQ(codes(machine), "warning two-sockets");
    machine.incident(session, kReplaced, 1min);
    CHECK_EQ(codes(machine), "error two-sockets");
  }

  TEST_CASE("two sockets are not blamed while another process is the rival") {
    SnapshotBuilder machine = fight();
    machine.at(0).holders[0].two_sockets = true;
    CHECK_EQ(codes(machine), "error copied-credential");
  }

  TEST_CASE("one process that is connected through two copies uses a copied credential") {
    SnapshotBuilder machine;
    const auto gateway = machine.process(11, "openclaw-gateway", 2);
    for (const char* id : {"openclaw/a", "openclaw/b"})
      machine.hold(machine.session(id, 1), gateway);
    CHECK_EQ(codes(machine), "warning copied-credential");
    for (Session& session : machine.raw().sessions) session.holders[0].two_sockets = true;
    const auto findings = judged(machine);
    REQUIRE_EQ(codes(findings), "error copied-credential");
    CHECK_EQ(findings[0].processes, std::vector<std::size_t>{gateway});
  }

  TEST_CASE("the remedy stops the other and keeps the supervised holder") {
    SnapshotBuilder machine = fight();
    machine.process_at(1).supervisor = Supervisor{SupervisorKind::systemd_user, "bot.service"};
    machine.process_at(1).started_at = ago(1min);
    CHECK_EQ(judged(machine)[0].remedy.at(0), "wasession disconnect pid:11 --keep pid:22 --force");
    machine.process_at(0).supervisor = Supervisor{SupervisorKind::pm2, "bot"};
    CHECK_EQ(judged(machine)[0].remedy.at(0), "wasession disconnect pid:22 --keep pid:11 --force");
  }
}

// What goes to quarantine, after whom, and what is left standing.
#include "unit/plan/support.h"

using namespace wasession;
using namespace wasession::test;

namespace {

plan::PurgeRequest of(std::vector<std::size_t> sessions, bool force = false) {
  plan::PurgeRequest request;
  request.sessions = std::move(sessions);
  request.force = force;
  return request;
}

Decision purged(const SnapshotBuilder& machine, const plan::PurgeRequest& request) {
  return plan::purge(machine.build(), request);
}

/// A directory that nobody uses.
SnapshotBuilder idle() {
  SnapshotBuilder machine;
  machine.session("baileys/old", 1, Tool::baileys);
  return machine;
}

/// A directory that one process uses.
SnapshotBuilder held() {
  SnapshotBuilder machine = idle();
  hold_certainly(machine, 0, machine.process(11));
  return machine;
}

/// A directory that an editor, or a client that waits for its retry, may use.
SnapshotBuilder opened_in_editor() {
  SnapshotBuilder machine = idle();
  const auto editor = machine.process(11, "code /srv/baileys/old/creds.json", 0);
  machine.process_at(editor).executable = "/usr/share/code/code";
  machine.hold(0, editor, Strength::possible);
  return machine;
}

}  // namespace

TEST_SUITE("a purge") {
  TEST_CASE("of what nobody uses moves that very directory, and looks once more at the end") {
    const Decision decision = purged(idle(), of({0}));
    REQUIRE_EQ(steps(decision), "quarantine /srv/baileys/old, watch-for-return baileys/old");
    CHECK(decision.left.empty());
    const Step& step = decision.plan[0];
    CHECK_EQ(step.identity, FileIdentity{7, 1});
    CHECK_FALSE(step.if_done);
    REQUIRE(step.purge);
    CHECK_EQ(step.purge->session, "baileys/old");
    CHECK_EQ(step.purge->tool, Tool::baileys);
    CHECK_EQ(step.purge->kind, StoreKind::baileys_directory);
    CHECK(step.purge->ended.empty());
    REQUIRE(decision.plan[1].watch);
    CHECK_MESSAGE(decision.plan[1].watch->brief, "nobody was stopped: one look is enough");
    CHECK_EQ(decision.plan[1].watch->paths, std::vector<std::string>{"/srv/baileys/old"});
  }

  TEST_CASE("of one device of a database takes its rows, and lets the database be there") {
    SnapshotBuilder machine;
    machine.session("wacli/default", 5, Tool::wacli);
    const Decision decision = purged(machine, of({0}));
    REQUIRE_EQ(steps(decision),
               "quarantine /srv/wacli/default/session.db, watch-for-return wacli/default");
    REQUIRE(decision.plan[0].purge);
    REQUIRE(decision.plan[0].purge->jid);
    CHECK_EQ(decision.plan[0].purge->jid->device, 5);
    CHECK(decision.plan[1].watch->paths.empty());
  }

  TEST_CASE("without quarantine deletes for good, and says so") {
    plan::PurgeRequest request = of({0});
    request.quarantine = false;
    const Decision decision = purged(idle(), request);
    CHECK_EQ(steps(decision), "erase /srv/baileys/old, watch-for-return baileys/old");
    CHECK(says(decision.plan[0].why, "for good"));
  }

  TEST_CASE("leaves what somebody uses, with the command that frees it, and takes the rest") {
    SnapshotBuilder machine = held();
    machine.session("baileys/older", 2, Tool::baileys);
    const Decision decision = purged(machine, of({0, 1}));
    CHECK_EQ(steps(decision), "quarantine /srv/baileys/older, watch-for-return baileys/older");
    REQUIRE_EQ(decision.left.size(), 1);
    CHECK_EQ(decision.left[0].target, "baileys/old");
    CHECK(says(decision.left[0].why, "pid 11"));
    CHECK_EQ(decision.left[0].command, "wasession disconnect baileys/old --force");
  }

  TEST_CASE("of nothing but what is in use does nothing, not even look") {
    CHECK_EQ(steps(purged(held(), of({0}))), "");
  }

  TEST_CASE("with force disconnects first, and moves only what nobody came back to") {
    const Decision decision = purged(held(), of({0}, true));
    REQUIRE_EQ(steps(decision),
               "end-process pid:11, watch-for-return baileys/old, quarantine /srv/baileys/old, "
               "watch-for-return baileys/old");
    CHECK(decision.left.empty());
    CHECK(decision.plan[0].stopping->kill);
    CHECK_EQ(decision.plan[2].if_done, 1);
    CHECK_EQ(decision.plan[2].purge->ended, std::vector<ProcessIdentity>{{11, 11}});
    CHECK_FALSE(decision.plan[1].watch->brief);
  }

  TEST_CASE("with force does not let what is idle wait for what is in use") {
    SnapshotBuilder machine = held();
    machine.session("baileys/older", 2, Tool::baileys);
    const Decision decision = purged(machine, of({0, 1}, true));
    REQUIRE_EQ(steps(decision),
               "end-process pid:11, watch-for-return baileys/old, quarantine /srv/baileys/old, "
               "quarantine /srv/baileys/older, watch-for-return baileys/old and baileys/older");
    CHECK_EQ(decision.plan[2].if_done, 1);
    CHECK_FALSE(decision.plan[3].if_done);
  }

  TEST_CASE("waits for one that may only be an editor, unless forced, and never stops it") {
    CHECK_EQ(steps(purged(opened_in_editor(), of({0}))), "");
    CHECK(says(left(purged(opened_in_editor(), of({0}))), "pid 11"));
    const Decision decision = purged(opened_in_editor(), of({0}, true));
    CHECK_EQ(steps(decision), "quarantine /srv/baileys/old, watch-for-return baileys/old");
    CHECK_MESSAGE(!decision.plan[0].if_done, "nobody was stopped: there is no step to wait for");
    CHECK(decision.plan[0].purge->ended.empty());
    CHECK_MESSAGE(says(left(decision), "pid:11"), "it is not said that somebody may use it still");
  }

  TEST_CASE("leaves what a process holds that can't be stopped, even with force") {
    SnapshotBuilder machine = held();
    SUBCASE("another user's") {
      machine.raw().taken_by = 1000;
    }
    SUBCASE("the one that started this wasession") {
      machine.raw().own_family = {11};
    }
    SUBCASE("beside another one that can be") {
      machine.raw().own_family = {11};
      hold_certainly(machine, 0, machine.process(22));
      CHECK(says(steps(purged(machine, of({0}, true))), "end-process pid:22"));
    }
    const Decision decision = purged(machine, of({0}, true));
    CHECK_MESSAGE(!says(steps(decision), "quarantine"), steps(decision));
    CHECK(says(left(decision), "pid:11"));
  }

  TEST_CASE("goes on beside a gateway that ends the one account") {
    SnapshotBuilder machine;
    machine.session("openclaw/default", 1);
    machine.at(0).store.path = "/home/a/.openclaw/credentials/whatsapp/default";
    machine.hold(0, machine.process(11, "openclaw-gateway"), Strength::certain,
                 EvidenceKind::openclaw_lock);
    const Decision decision = purged(machine, of({0}, true));
    REQUIRE_EQ(steps(decision),
               "stop-channel openclaw/default, end-process pid:11, watch-for-return "
               "openclaw/default, quarantine /home/a/.openclaw/credentials/whatsapp/default, "
               "watch-for-return openclaw/default");
    CHECK_EQ(decision.plan[3].if_done, 2);
    CHECK_MESSAGE(decision.plan[3].purge->ended.empty(),
                  "the gateway goes on with its other accounts: nobody may wait for its end");
  }
}

TEST_SUITE("a restore") {
  TEST_CASE("puts each entry back where it was, in the order it was asked for") {
    Quarantined directory;
    directory.id = "20261122-a";
    directory.session = "baileys/old";
    directory.path = "/srv/baileys/old";
    Quarantined device;
    device.id = "20261122-b";
    device.session = "wacli/default";
    device.tool = Tool::wacli;
    device.kind = StoreKind::whatsmeow_database;
    device.path = "/srv/wacli/default/session.db";
    device.jid = Jid{"15550001111", {}, 5, "s.whatsapp.net"};
    const Decision decision = plan::restore(std::vector{directory, device});
    REQUIRE_EQ(steps(decision), "restore /srv/baileys/old, restore /srv/wacli/default/session.db");
    CHECK_EQ(decision.plan[0].purge->quarantine_id, "20261122-a");
    CHECK_EQ(decision.plan[1].purge->quarantine_id, "20261122-b");
    CHECK_EQ(decision.plan[1].purge->tool, Tool::wacli);
    CHECK_EQ(decision.plan[1].purge->kind, StoreKind::whatsmeow_database);
    CHECK_EQ(decision.plan[1].purge->jid, device.jid);
    CHECK(says(decision.plan[0].why, "20261122-a"));
    CHECK(steps(plan::restore({})).empty());
  }
}

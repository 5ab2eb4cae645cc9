// How a process is stopped so that it stays stopped: the steps, and which depend on which.
#include "unit/plan/support.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

namespace {

/// An OpenClaw 2026.9 gateway that holds one account with its own lock, below its state directory.
SnapshotBuilder gateway(const std::string& id = "openclaw/default") {
  SnapshotBuilder machine;
  const auto session = machine.session(id, 1);
  machine.at(session).store.path = "/home/a/.openclaw/credentials/whatsapp/default";
  machine.hold(session, machine.process(11, "openclaw-gateway"), Strength::certain,
               EvidenceKind::openclaw_lock);
  supervise(machine, 0, SupervisorKind::systemd_user, "openclaw-gateway.service");
  return machine;
}

bool has_channel(const SnapshotBuilder& machine) {
  return says(steps(disconnected(machine, named({0}))), "stop-channel");
}

}  // namespace

TEST_SUITE("what is stopped stays stopped:") {
  TEST_CASE("two processes of one unit are stopped by one command, and ended only behind it") {
    SnapshotBuilder machine = copied_credential();
    supervise(machine, 0, SupervisorKind::systemd, "bot.service");
    supervise(machine, 1, SupervisorKind::systemd, "bot.service");
    const Decision decision = disconnected(machine, named({0, 1}));
    REQUIRE_EQ(steps(decision),
               "stop-unit bot.service, end-process pid:11, end-process pid:22, "
               "watch-for-return baileys/copy and openclaw/default");
    CHECK_EQ(decision.plan[1].if_done, 0);
    CHECK_EQ(decision.plan[2].if_done, 0);
    CHECK_MESSAGE(!disconnected(machine, named({0, 1}, true)).plan[1].if_done,
                  "--force does not end what its supervisor fails to stop");
  }

  TEST_CASE("units of one name in two users' managers are two units") {
    SnapshotBuilder machine = copied_credential();
    for (const std::size_t i : {0U, 1U}) {
      supervise(machine, i, SupervisorKind::systemd_user, "bot.service");
      machine.process_at(i).uid = i == 0 ? 1000 : 1001;
    }
    machine.raw().taken_by_root = true;
    CHECK_EQ(steps(disconnected(machine, named({0, 1}))),
             "stop-unit bot.service, end-process pid:11, stop-unit bot.service, "
             "end-process pid:22, watch-for-return baileys/copy and openclaw/default");
    plan::DisconnectRequest request = named({0, 1});
    request.keep = {0};
    CHECK_MESSAGE(says(steps(disconnected(machine, request)), "stop-unit bot.service"),
                  "the other user's unit would start its process again");
  }

  TEST_CASE("root leaves another user's pm2 to that user, with the command") {
    SnapshotBuilder machine = copied_credential();
    supervise(machine, 0, SupervisorKind::pm2, "bot");
    machine.process_at(0).uid = 1000;
    machine.process_at(0).user = "ops";
    machine.raw().taken_by_root = true;
    const Decision decision = disconnected(machine, named({0}, true));
    CHECK(decision.plan.empty());
    REQUIRE_EQ(decision.left.size(), 1);
    CHECK_EQ(decision.left[0].command, "sudo -u ops wasession disconnect pid:11 --force");
  }

  TEST_CASE("a process beside the kept one in a unit is ended without its unit") {
    SnapshotBuilder machine = copied_credential();
    supervise(machine, 0, SupervisorKind::docker, "bot");
    supervise(machine, 1, SupervisorKind::docker, "bot");
    const Decision decision = disconnected(machine);
    CHECK_EQ(steps(decision), "end-process pid:22, watch-for-return baileys/copy");
    CHECK_FALSE(decision.plan[0].if_done);
  }

  TEST_CASE("a unit in which this wasession runs is not stopped") {
    SnapshotBuilder machine = copied_credential();
    hold_certainly(machine, machine.session("baileys/shell", 9), machine.process(44, "sh"));
    machine.raw().own_family = {4711, 44};
    supervise(machine, 1, SupervisorKind::systemd_user, "code-server.service");
    supervise(machine, 2, SupervisorKind::systemd_user, "code-server.service");
    CHECK_EQ(steps(disconnected(machine, named({1}))),
             "end-process pid:22, watch-for-return baileys/copy");
  }

  TEST_CASE("who was started by hand, or by something without a name, gets its signal only") {
    SnapshotBuilder machine = copied_credential();
    supervise(machine, 1, SupervisorKind::shell, "bash 7");
    CHECK_EQ(steps(disconnected(machine)), "end-process pid:22, watch-for-return baileys/copy");
    supervise(machine, 0, SupervisorKind::systemd, "gateway.service");
    supervise(machine, 1, SupervisorKind::docker, "");
    machine.process_at(0).started_at = ago(9h);
    CHECK_EQ(steps(disconnected(machine)), "end-process pid:22, watch-for-return baileys/copy");
  }

  TEST_CASE("of wacli the lock is waited for first, once for each database") {
    SnapshotBuilder machine;
    const auto session = machine.session("wacli/default", 1, Tool::wacli);
    for (const int pid : {11, 22}) {
      machine.hold(session, machine.process(pid, "wacli sync"), Strength::certain,
                   EvidenceKind::wacli_lock);
    }
    CHECK_EQ(steps(disconnected(machine, named({session}))),
             "take-lock /srv/wacli/default/LOCK, end-process pid:11, end-process pid:22, "
             "watch-for-return wacli/default");
  }

  TEST_CASE("the watch knows whoever was there and was not stopped") {
    const Decision decision = disconnected(copied_credential());
    const Step watch = step_of(decision, StepKind::watch_for_return);
    REQUIRE(watch.watch);
    CHECK_EQ(watch.watch->sessions, std::vector<std::string>{"baileys/copy"});
    CHECK_EQ(watch.watch->known, std::vector<ProcessIdentity>{{11, 11}});
  }

  TEST_CASE("locks that name the dead go only where somebody is stopped") {
    SnapshotBuilder machine = copied_credential();
    machine.raw().condition.stale_locks = {{"/srv/copy.lock", {7, 70}, {41, 4100}, 1, false},
                                           {"/srv/other.lock", {7, 71}, {42, 4200}, 0, false}};
    const Decision decision = disconnected(machine);
    CHECK_EQ(steps(decision),
             "end-process pid:22, remove-stale-lock /srv/copy.lock, watch-for-return baileys/copy");
    CHECK_EQ(decision.plan[1].owner, ProcessIdentity{41, 4100});
    machine.raw().own_family = {22};
    CHECK_EQ(steps(disconnected(machine)), "");
  }
}

TEST_SUITE("a gateway of OpenClaw 2026.9") {
  TEST_CASE("ends the one account, and is stopped only when it does not") {
    const Decision decision = disconnected(gateway(), named({0}));
    REQUIRE_EQ(steps(decision),
               "stop-channel openclaw/default, stop-unit openclaw-gateway.service, "
               "end-process pid:11, watch-for-return openclaw/default");
    CHECK_EQ(decision.plan[1].unless_done, 0);
    CHECK_EQ(decision.plan[2].unless_done, 0);
    REQUIRE(decision.plan[0].channel);
    CHECK_EQ(decision.plan[0].channel->account, "default");
    CHECK_EQ(decision.plan[0].channel->profile, "");
    CHECK_EQ(decision.plan[0].channel->state_directory, "/home/a/.openclaw");
    CHECK_EQ(decision.plan[0].channel->auth_directory,
             "/home/a/.openclaw/credentials/whatsapp/default");
  }

  TEST_CASE("without force is not ended behind a unit that could not be stopped") {
    CHECK_EQ(disconnected(gateway(), named({0})).plan[2].if_done, 1);
    CHECK_FALSE(disconnected(gateway(), named({0}, true)).plan[2].if_done);
  }

  TEST_CASE("is asked under its profile") {
    const Decision decision = disconnected(gateway("openclaw@work/default"), named({0}));
    const Step step = step_of(decision, StepKind::stop_channel);
    REQUIRE(step.channel);
    CHECK_EQ(step.channel->profile, "work");
  }

  TEST_CASE("is not asked where nothing shows that it can end one account") {
    CHECK(has_channel(gateway()));
    SUBCASE("an older version, without the lock") {
      SnapshotBuilder machine = gateway();
      machine.at(0).holders[0].evidence[0].kind = EvidenceKind::gateway_lock;
      CHECK_FALSE(has_channel(machine));
    }
    SUBCASE("a store elsewhere, from which its state directory can't be told") {
      SnapshotBuilder machine = gateway();
      machine.at(0).store.path = "/srv/auth/default";
      CHECK_FALSE(has_channel(machine));
    }
    SUBCASE("a store of another tool") {
      SnapshotBuilder machine = gateway();
      machine.at(0).store.tool = Tool::baileys;
      CHECK_FALSE(has_channel(machine));
    }
    SUBCASE("another user's gateway") {
      SnapshotBuilder machine = gateway();
      machine.process_at(0).uid = 1001;
      machine.raw().taken_by_root = true;
      CHECK_FALSE(has_channel(machine));
      CHECK(says(steps(disconnected(machine, named({0}))), "end-process pid:11"));
    }
    SUBCASE("all of its accounts are to end") {
      SnapshotBuilder machine = gateway();
      const auto second = machine.session("openclaw/second", 2);
      machine.at(second).store.path = "/home/a/.openclaw/credentials/whatsapp/second";
      machine.hold(second, 0, Strength::certain, EvidenceKind::openclaw_lock);
      CHECK_FALSE(says(steps(disconnected(machine, named({0, 1}))), "stop-channel"));
      CHECK(has_channel(machine));
    }
  }
}

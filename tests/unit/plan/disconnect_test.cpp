// Who is stopped, who goes on, and who is left standing.
#include "unit/plan/support.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

TEST_SUITE("disconnect without a name") {
  TEST_CASE("ends the rival of a copied credential and leaves other linked devices in peace") {
    SnapshotBuilder machine = copied_credential();
    hold_certainly(machine, machine.session("wacli/default", 2, Tool::wacli), machine.process(33));
    const Decision decision = disconnected(machine);
    CHECK_EQ(steps(decision), "end-process pid:22, watch-for-return baileys/copy");
    CHECK_EQ(kept(decision), "11: it has run longest, for 2 hours\n");
    CHECK_MESSAGE(decision.left.empty(), left(decision));
    CHECK_MESSAGE(says(decision.plan[0].why, "openclaw/default"),
                  "the sentence does not name what the rival takes the connection from");
  }

  TEST_CASE("plans nothing where no credential is in use twice") {
    SnapshotBuilder machine;
    hold_certainly(machine, machine.session("openclaw/default", 1), machine.process(11));
    hold_certainly(machine, machine.session("wacli/default", 2, Tool::wacli), machine.process(22));
    const Decision decision = disconnected(machine, forced());
    CHECK_EQ(steps(decision), "");
    CHECK_EQ(kept(decision) + left(decision), "");
  }

  TEST_CASE("keeps who has a lease, else who is supervised, else who has run longest") {
    SnapshotBuilder machine = copied_credential();
    CHECK_EQ(kept(disconnected(machine)), "11: it has run longest, for 2 hours\n");
    supervise(machine, 0, SupervisorKind::shell, "bash 7");
    CHECK_MESSAGE(says(kept(disconnected(machine)), "11: it has run longest"),
                  "a shell does not start its program again");
    supervise(machine, 1, SupervisorKind::systemd, "bot.service");
    CHECK_EQ(kept(disconnected(machine)), "22: it is supervised by systemd\n");
    machine.at(0).holders[0].evidence.push_back({EvidenceKind::lease, Strength::certain, "leases"});
    const Decision decision = disconnected(machine);
    CHECK_EQ(kept(decision), "11: it has the lease of the account\n");
    CHECK_EQ(steps(decision),
             "stop-unit bot.service, end-process pid:22, watch-for-return baileys/copy");
  }

  TEST_CASE("keeps whom --keep names, by session and by pid") {
    plan::DisconnectRequest request;
    request.keep = {1};
    Decision decision = disconnected(copied_credential(), request);
    CHECK_EQ(kept(decision), "22: --keep names it\n");
    CHECK_EQ(steps(decision), "end-process pid:11, watch-for-return openclaw/default");
    request.keep = {};
    request.keep_pids = {22};
    decision = disconnected(copied_credential(), request);
    CHECK_EQ(kept(decision), "22: --keep names it\n");
    CHECK_EQ(steps(decision), "end-process pid:11, watch-for-return openclaw/default");
  }

  TEST_CASE("leaves a rival that is only likely, with the command that ends it") {
    SnapshotBuilder machine = copied_credential();
    machine.at(1).holders[0].confidence = Strength::likely;
    const Decision decision = disconnected(machine);
    CHECK_EQ(steps(decision), "");
    REQUIRE_EQ(decision.left.size(), 1);
    CHECK_EQ(decision.left[0].target, "pid:22");
    CHECK_EQ(decision.left[0].command, "wasession disconnect pid:22 --force");
    CHECK(says(decision.left[0].why, "likely"));
    CHECK_EQ(steps(disconnected(machine, forced())),
             "end-process pid:22, watch-for-return baileys/copy");
  }

  TEST_CASE("leaves a process that replaces itself, with the command that restarts it") {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/default", 1);
    hold_certainly(machine, session, machine.process(11, "node bot.js", 2));
    machine.at(session).holders[0].two_sockets = true;
    supervise(machine, 0, SupervisorKind::pm2, "bot");
    machine.incident(session, kReplaced, 5min);
    const Decision decision = disconnected(machine, forced());
    CHECK_EQ(steps(decision), "");
    REQUIRE_EQ(decision.left.size(), 1);
    CHECK_EQ(decision.left[0].target, "pid:11");
    CHECK_EQ(decision.left[0].command, "pm2 restart bot");
  }

  TEST_CASE("leaves 440s that nobody here brings on to doctor") {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/default", 1);
    hold_certainly(machine, session, machine.process(11));
    machine.incident(session, kReplaced, 5min);
    const Decision decision = disconnected(machine, forced());
    CHECK_EQ(steps(decision), "");
    REQUIRE_EQ(decision.left.size(), 1);
    CHECK_EQ(decision.left[0].target, "openclaw/default");
    CHECK_EQ(decision.left[0].command, "wasession doctor openclaw/default");
    machine.raw().incidents[0].at = ago(11min);
    CHECK_MESSAGE(disconnected(machine, forced()).left.empty(), "an old 440 is told as a new one");
  }

  TEST_CASE("says that a process kept for one credential is a rival of another one") {
    SnapshotBuilder machine = copied_credential();
    const auto other = machine.session("baileys/other", 2, Tool::baileys);
    const auto again = machine.session("baileys/other-copy", 2, Tool::baileys);
    hold_certainly(machine, other, machine.process(33));
    machine.process_at(2).started_at = ago(5h);
    hold_certainly(machine, again, 0);
    const Decision decision = disconnected(machine);
    CHECK_EQ(steps(decision), "end-process pid:22, watch-for-return baileys/copy");
    REQUIRE_EQ(decision.left.size(), 1);
    CHECK_EQ(decision.left[0].target, "pid:11");
    CHECK(says(decision.left[0].why, "baileys/other-copy"));
  }
}

TEST_SUITE("disconnect with a name") {
  TEST_CASE("stops every holder of the session and nobody else") {
    SnapshotBuilder machine = copied_credential();
    hold_certainly(machine, 1, machine.process(33));
    const Decision decision = disconnected(machine, named({1}));
    CHECK_EQ(steps(decision),
             "end-process pid:22, end-process pid:33, watch-for-return baileys/copy");
    CHECK_MESSAGE(decision.kept.empty(), "nobody had to be chosen: " << kept(decision));
  }

  TEST_CASE("stops of one session's holders only the process that was named") {
    SnapshotBuilder machine = copied_credential();
    hold_certainly(machine, 1, machine.process(33));
    CHECK_EQ(steps(disconnected(machine, named_pid(33))),
             "end-process pid:33, watch-for-return baileys/copy");
  }

  TEST_CASE("lets those go on that --keep names, by session and by pid") {
    SnapshotBuilder machine = copied_credential();
    hold_certainly(machine, 0, 1);
    plan::DisconnectRequest request = named({0, 1});
    request.keep = {1};
    CHECK_EQ(steps(disconnected(machine, request)),
             "end-process pid:11, watch-for-return openclaw/default");
    CHECK_EQ(kept(disconnected(machine, request)), "22: --keep names its session\n");
    request.keep = {};
    request.keep_pids = {11};
    CHECK_EQ(steps(disconnected(machine, request)),
             "end-process pid:22, watch-for-return baileys/copy and openclaw/default");
    CHECK_EQ(kept(disconnected(machine, request)), "11: --keep names it\n");
  }

  TEST_CASE("lets a named process go on that holds a session which --keep names") {
    SnapshotBuilder machine = copied_credential();
    plan::DisconnectRequest request = named_pid(22);
    request.pids.push_back(11);
    request.keep = {1};
    const Decision decision = disconnected(machine, request);
    CHECK_MESSAGE(steps(decision) == "end-process pid:11, watch-for-return openclaw/default",
                  "--keep SESSION is not heeded beside pid:N: " << steps(decision));
    CHECK(says(left(decision), "pid:22"));
  }

  TEST_CASE("leaves one that is only likely without force, also when its pid was given") {
    SnapshotBuilder machine;
    machine.hold(machine.session("baileys/bot", 1, Tool::baileys), machine.process(11));
    for (const auto& request : {named({0}), named_pid(11)}) {
      const Decision decision = disconnected(machine, request);
      CHECK_EQ(steps(decision), "");
      REQUIRE_EQ(decision.left.size(), 1);
      CHECK_EQ(decision.left[0].command, "wasession disconnect pid:11 --force");
    }
    CHECK_EQ(steps(disconnected(machine, named({0}, true))),
             "end-process pid:11, watch-for-return baileys/bot");
    CHECK(step_of(disconnected(machine, named({0}, true)), StepKind::end_process).stopping->kill);
  }

  TEST_CASE("never stops an editor of the store, but when its pid or its memory tells") {
    SnapshotBuilder machine;
    const auto session = machine.session("baileys/bot", 1, Tool::baileys);
    const auto editor = machine.process(11, "code /srv/baileys/bot/creds.json", 0);
    machine.process_at(editor).executable = "/usr/share/code/code";
    machine.hold(session, editor, Strength::possible);
    const Decision decision = disconnected(machine, named({session}, true));
    CHECK_EQ(steps(decision), "");
    CHECK(says(left(decision), "pid:11"));
    CHECK(says(left(decision), "possible"));
    CHECK_EQ(steps(disconnected(machine, named_pid(11))), "");
    CHECK_EQ(steps(disconnected(machine, named_pid(11, true))),
             "end-process pid:11, watch-for-return baileys/bot");
    machine.at(session).holders[0].evidence.push_back(
        {EvidenceKind::memory, Strength::possible, "has the key"});
    CHECK_EQ(steps(disconnected(machine, named({session}))), "");
    CHECK_EQ(steps(disconnected(machine, named({session}, true))),
             "end-process pid:11, watch-for-return baileys/bot");
  }

  TEST_CASE("tells which other sessions of a process end too") {
    SnapshotBuilder machine = copied_credential();
    hold_certainly(machine, machine.session("baileys/other", 2, Tool::baileys), 1);
    machine.hold(machine.session("baileys/near", 3, Tool::baileys), 1, Strength::possible);
    const std::string why = step_of(disconnected(machine, named({1})), StepKind::end_process).why;
    CHECK_MESSAGE(says(why, "it also ends baileys/other"), why);
    CHECK_MESSAGE(!says(why, "baileys/near"), why);
  }
}

TEST_SUITE("disconnect never touches") {
  TEST_CASE("what started this wasession, even with force and by pid") {
    SnapshotBuilder machine = copied_credential();
    machine.raw().own_family = {4711, 22};
    for (const auto& request : {forced(), named({1}, true), named_pid(22, true)}) {
      const Decision decision = disconnected(machine, request);
      CHECK_EQ(steps(decision), "");
      CHECK(says(left(decision), "pid:22"));
      CHECK(says(left(decision), "started this wasession"));
    }
  }

  TEST_CASE("process 1, even with force and by pid") {
    SnapshotBuilder machine = copied_credential();
    machine.process_at(1).identity = {1, 1};
    for (const auto& request : {forced(), named({1}, true), named_pid(1, true)}) {
      const Decision decision = disconnected(machine, request);
      CHECK_EQ(steps(decision), "");
      CHECK(says(left(decision), "process 1"));
    }
  }

  TEST_CASE("another user's process, but as root when it was named or forced") {
    SnapshotBuilder machine = copied_credential();
    machine.process_at(1).uid = 1001;
    machine.process_at(1).user = "bob";
    machine.raw().taken_by = 1000;
    machine.process_at(0).uid = 1000;
    for (const auto& request : {forced(), named({1}, true), named_pid(22, true)}) {
      const Decision decision = disconnected(machine, request);
      CHECK_EQ(steps(decision), "");
      REQUIRE_EQ(decision.left.size(), 1);
      CHECK(says(decision.left[0].why, "bob"));
      CHECK_EQ(decision.left[0].command, "sudo wasession disconnect pid:22 --force");
    }
    machine.raw().taken_by = 0;
    machine.raw().taken_by_root = true;
    CHECK_MESSAGE(steps(disconnected(machine)) == "",
                  "root stops other users' processes that nobody named");
    CHECK(says(left(disconnected(machine)), "nobody named it"));
    CHECK(says(steps(disconnected(machine, forced())), "end-process pid:22"));
    CHECK(says(steps(disconnected(machine, named({1}))), "end-process pid:22"));
    CHECK(says(steps(disconnected(machine, named_pid(22))), "end-process pid:22"));
  }

  TEST_CASE("a pod of kubernetes, which would be replaced, unless forced") {
    SnapshotBuilder machine = copied_credential();
    supervise(machine, 0, SupervisorKind::systemd, "gateway.service");
    supervise(machine, 1, SupervisorKind::kubernetes, "bot-0");
    machine.process_at(0).started_at = ago(3h);
    const Decision decision = disconnected(machine);
    CHECK_EQ(steps(decision), "");
    CHECK(says(left(decision), "scale down"));
    CHECK_MESSAGE(steps(disconnected(machine, forced())) ==
                      "end-process pid:22, watch-for-return baileys/copy",
                  "nothing here stops a pod: " << steps(disconnected(machine, forced())));
  }
}

// What must be so before a command may connect: what is claimed, who is in the way, and which locks
// keep rivals off.
#include "plan/start.h"

#include <doctest/doctest.h>

#include "unit/plan/start_support.h"

using namespace wasession;
using namespace wasession::test;

namespace {

constexpr const char* kOtherPhone = "15559998888";

std::string device(const Snapshot& snapshot, std::size_t session) {
  return snapshot.sessions[session].credential.fingerprint->short_hex();
}

/// An account with a linked device in OpenClaw, a copy of that in a bot's directory and a second
/// device in wacli; and another account.
struct Machine : SnapshotBuilder {
  std::size_t wacli = session("wacli/default", 2, Tool::wacli);
  std::size_t openclaw = session("openclaw/default", 1);
  std::size_t copy = session("baileys/copy", 1, Tool::baileys);
  std::size_t other = session("openclaw/other", 3, Tool::openclaw, kOtherPhone);
};

/// A machine on which 22 may use the only credential, and nothing is certain.
SnapshotBuilder with_possible_holder(EvidenceKind kind, const std::string& executable,
                                     Tool tool = Tool::baileys, bool near = false) {
  SnapshotBuilder machine;
  const auto session = machine.session("a/a", 1, tool);
  const auto process = machine.process(22, "x", 0);
  machine.process_at(process).executable = executable;
  machine.hold(session, process, Strength::possible, kind);
  machine.at(session).holders.back().evidence.front().near = near;
  return machine;
}

bool is_in_the_way(const SnapshotBuilder& machine) {
  return !plan::start(machine.build(), for_sessions({0})).rivals.empty();
}

}  // namespace

TEST_SUITE("in the way of a command") {
  TEST_CASE("is who holds its credential, also in a copy, and then who holds another device") {
    Machine machine;
    machine.hold(machine.wacli, machine.process(11), Strength::certain, EvidenceKind::wacli_lock);
    machine.hold(machine.openclaw, machine.process(22));
    machine.hold(machine.copy, machine.process(33));
    machine.hold(machine.other, machine.process(44));
    const Snapshot snapshot = machine.build();
    CHECK_EQ(rivals(snapshot, plan::start(snapshot, for_sessions({machine.openclaw}))),
             "22 this credential, 33 this credential, 11 another device");
    CHECK_EQ(rivals(snapshot, plan::start(snapshot, for_sessions({machine.openclaw}, true))),
             "22 this credential, 33 this credential");
    CHECK_EQ(rivals(snapshot, plan::start(snapshot, for_sessions({machine.wacli}, true))),
             "11 this credential");
  }

  TEST_CASE("of an account that is only named is each of its devices, as such") {
    Machine machine;
    machine.hold(machine.wacli, machine.process(11), Strength::certain, EvidenceKind::wacli_lock);
    machine.hold(machine.copy, machine.process(33));
    machine.hold(machine.other, machine.process(44));
    const Snapshot snapshot = machine.build();
    plan::StartRequest request = for_account("15550001111");
    CHECK_EQ(rivals(snapshot, plan::start(snapshot, request)),
             "11 another device, 33 another device");
    request.command = {"openclaw", "gateway"};
    CHECK_MESSAGE(
        rivals(snapshot, plan::start(snapshot, request)) == "33 this credential, 11 another device",
        "who would be replaced is told that devices don't replace each other");
  }

  TEST_CASE("comes with the command that disconnects it") {
    Machine machine;
    machine.hold(machine.openclaw, machine.process(22));
    const Start start = plan::start(machine.build(), for_sessions({machine.openclaw}));
    REQUIRE_EQ(start.rivals.size(), 1);
    CHECK_EQ(start.rivals[0].session, machine.openclaw);
    CHECK_EQ(start.rivals[0].command, "wasession disconnect pid:22 --force");
  }

  TEST_CASE("may be one without a connection: it waits for its next try") {
    for (const EvidenceKind kind :
         {EvidenceKind::command_line, EvidenceKind::environment, EvidenceKind::gateway_lock,
          EvidenceKind::memory, EvidenceKind::lease}) {
      CAPTURE(to_string(kind));
      CHECK_MESSAGE(is_in_the_way(with_possible_holder(kind, "/usr/bin/node")),
                    "a bot between two tries is started against");
      CHECK(is_in_the_way(with_possible_holder(kind, "/opt/bot")));
    }
  }

  TEST_CASE("is none that only stands near the store, reads it, or could not connect") {
    for (const EvidenceKind kind : {EvidenceKind::working_directory, EvidenceKind::open_file}) {
      CAPTURE(to_string(kind));
      CHECK_MESSAGE(!is_in_the_way(with_possible_holder(kind, "/usr/bin/node")),
                    "a backup keeps the bot from starting");
    }
    CHECK_FALSE(is_in_the_way(with_possible_holder(EvidenceKind::command_line, "/usr/bin/vim")));
    CHECK_MESSAGE(!is_in_the_way(with_possible_holder(EvidenceKind::command_line,
                                                      "/usr/local/bin/wacli", Tool::wacli)),
                  "a wacli that searches messages keeps the sync from starting");
    CHECK_FALSE(is_in_the_way(
        with_possible_holder(EvidenceKind::command_line, "/usr/bin/node", Tool::baileys, true)));
  }

  TEST_CASE("is whoever likely or certainly holds it, whatever tells so") {
    for (const Strength strength : {Strength::likely, Strength::certain}) {
      for (const EvidenceKind kind : {EvidenceKind::working_directory, EvidenceKind::open_file}) {
        SnapshotBuilder machine = with_possible_holder(kind, "/usr/bin/vim");
        machine.at(0).holders.front().confidence = strength;
        CHECK(is_in_the_way(machine));
      }
    }
  }
}

TEST_SUITE("the locks that keep rivals off") {
  TEST_CASE("are those of the account's other stores, never one that the command waits for") {
    const Machine machine;
    const Snapshot snapshot = machine.build();
    CHECK_EQ(locks(plan::start(snapshot, for_sessions({machine.openclaw}))),
             "/srv/wacli/default/LOCK");
    CHECK_EQ(locks(plan::start(snapshot, for_sessions({machine.wacli}))),
             "/srv/openclaw/default.lock");
    CHECK_EQ(locks(plan::start(snapshot, for_sessions({machine.copy}))),
             "/srv/wacli/default/LOCK, /srv/openclaw/default.lock");
    CHECK_EQ(locks(plan::start(snapshot, for_account("15550001111"))),
             "/srv/wacli/default/LOCK, /srv/openclaw/default.lock");
    CHECK_EQ(locks(plan::start(snapshot, for_sessions({machine.wacli, machine.openclaw}))), "");
  }

  TEST_CASE("are with per-device those of the credential's other copies only") {
    Machine machine;
    const auto second = machine.session("openclaw/second", 1);
    const Snapshot snapshot = machine.build();
    CHECK_EQ(locks(plan::start(snapshot, for_sessions({machine.openclaw}, true))),
             "/srv/openclaw/second.lock");
    CHECK_EQ(locks(plan::start(snapshot, for_sessions({second}, true))),
             "/srv/openclaw/default.lock");
    CHECK_MESSAGE(locks(plan::start(snapshot, for_sessions({machine.wacli}, true))) == "",
                  "--per-device keeps another linked device off");
  }

  TEST_CASE("tell whose they are") {
    const Machine machine;
    const Start start = plan::start(machine.build(), for_sessions({machine.copy}));
    CHECK_EQ(start.locks, std::vector<RivalLock>{
                              {Tool::wacli, "/srv/wacli/default/LOCK", machine.wacli},
                              {Tool::openclaw, "/srv/openclaw/default.lock", machine.openclaw}});
  }

  TEST_CASE("are one for two devices in one database, and none when the command uses either") {
    Machine machine;
    const auto second = machine.session("wacli/default#2", 5, Tool::wacli);
    machine.at(second).store = machine.at(machine.wacli).store;
    const Snapshot snapshot = machine.build();
    CHECK_EQ(locks(plan::start(snapshot, for_sessions({machine.copy}))),
             "/srv/wacli/default/LOCK, /srv/openclaw/default.lock");
    for (const std::size_t used : {machine.wacli, second}) {
      CHECK_MESSAGE(
          locks(plan::start(snapshot, for_sessions({used}))) == "/srv/openclaw/default.lock",
          "wacli is kept off its own database by its own start");
    }
  }

  TEST_CASE("leave out what the command uses by its own words, although nobody named it") {
    const Machine machine;
    const Snapshot snapshot = machine.build();
    plan::StartRequest request = for_account("15550001111");
    request.command = {"wacli", "--store=/srv/wacli/default", "sync", "--follow"};
    CHECK_MESSAGE(locks(plan::start(snapshot, request)) == "/srv/openclaw/default.lock",
                  "wacli is kept off its own store by its own start");
    // A gateway runs all accounts of its configuration: another lock would keep it waiting.
    request = for_sessions({machine.other});
    request.command = {"openclaw", "gateway"};
    CHECK_EQ(locks(plan::start(snapshot, request)), "");
    request.account = "15550001111";
    CHECK_EQ(locks(plan::start(snapshot, request)), "/srv/wacli/default/LOCK");
  }
}

TEST_SUITE("what a command claims") {
  TEST_CASE("is each account once, or each device with per-device") {
    const Machine machine;
    const Snapshot snapshot = machine.build();
    const std::vector<std::size_t> all = {machine.wacli, machine.openclaw, machine.copy,
                                          machine.other};
    CHECK_EQ(claims(plan::start(snapshot, for_sessions(all))), "15550001111, 15559998888");
    const std::string first = device(snapshot, machine.openclaw);
    const std::string second = device(snapshot, machine.wacli);
    CHECK_EQ(claims(plan::start(
                 snapshot, for_sessions({machine.wacli, machine.openclaw, machine.copy}, true))),
             "15550001111 " + first + ", 15550001111 " + second);
  }

  TEST_CASE("is for a store without a credential the store itself") {
    SnapshotBuilder machine;
    const auto session = machine.session("baileys/new", 1, Tool::baileys);
    machine.at(session).credential = {};
    const Snapshot snapshot = machine.build();
    for (const bool per_device : {false, true}) {
      CHECK_EQ(claims(plan::start(snapshot, for_sessions({session}, per_device))),
               account_key(snapshot.sessions[session]));
    }
  }

  TEST_CASE("is, when nobody says it, what the command uses, else the only account") {
    SnapshotBuilder machine;
    machine.session("openclaw/default", 1);
    machine.session("wacli/default", 2, Tool::wacli);
    Start start = plan::start(machine.build(), for_command({"node", "bot.js"}));
    CHECK_EQ(claims(start), "15550001111");
    CHECK_EQ(ids(machine.build(), start.uses), "");
    machine.session("openclaw@b/default", 3, Tool::openclaw, kOtherPhone);
    start = plan::start(machine.build(), for_command({"openclaw", "--profile", "b", "gateway"}));
    CHECK_EQ(claims(start), kOtherPhone);
    CHECK_EQ(ids(machine.build(), start.uses), "openclaw@b/default");
  }

  TEST_CASE("can't be told of several accounts, or of none: then nothing is done") {
    Machine machine;
    machine.hold(machine.openclaw, machine.process(22));
    SnapshotBuilder empty;
    const auto unlinked = empty.session("baileys/new", 1, Tool::baileys);
    empty.at(unlinked).credential = {};
    for (const SnapshotBuilder& builder : {static_cast<SnapshotBuilder>(machine), empty}) {
      const Start start = plan::start(builder.build(), for_command({"node", "bot.js"}));
      CHECK_EQ(claims(start), "");
      CHECK(start.rivals.empty());
      CHECK(start.locks.empty());
      CHECK(start.uses.empty());
    }
  }

  TEST_CASE("is what the user named, and a command that uses something else is told of") {
    const Machine machine;
    const Snapshot snapshot = machine.build();
    plan::StartRequest request = for_account(kOtherPhone);
    request.command = {"wacli", "--store", "/srv/wacli/default", "sync"};
    const Start start = plan::start(snapshot, request);
    CHECK_EQ(claims(start), kOtherPhone);
    CHECK_MESSAGE(ids(snapshot, start.strays) == "wacli/default",
                  "a wrong --account protects nothing, and nobody says so");
    request.account = "15550001111";
    CHECK_EQ(ids(snapshot, plan::start(snapshot, request).strays), "");
    CHECK_EQ(ids(snapshot, plan::start(snapshot, request).uses), "wacli/default");
  }

  TEST_CASE("is a named account also where its first device is only being linked") {
    const Machine machine;
    Snapshot snapshot = machine.build();
    const auto store = std::ranges::find(snapshot.sessions, "wacli/default", &Session::id);
    REQUIRE(store != snapshot.sessions.end());
    store->credential.account.phone.reset();
    plan::StartRequest request = for_account(kOtherPhone);
    request.command = {"wacli", "--store", "/srv/wacli/default", "auth"};
    const Start start = plan::start(snapshot, request);
    CHECK_EQ(claims(start), kOtherPhone);
    CHECK_MESSAGE(start.strays.empty(), "a first device can't be linked under run");
  }

  TEST_CASE("names all accounts once, those of unlinked stores left out") {
    Machine machine;
    const auto unlinked = machine.session("baileys/new", 1, Tool::baileys);
    machine.at(unlinked).credential = {};
    CHECK_EQ(plan::accounts_of(machine.build()),
             std::vector<std::string>{"15550001111", kOtherPhone});
    CHECK(plan::accounts_of(Snapshot{}).empty());
  }
}

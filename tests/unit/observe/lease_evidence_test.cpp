// What a lease of `wasession run` proves about stores, and what the locks kept under it do not.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "observe/holders/evidence.h"
#include "unit/observe/lease_support.h"

using namespace wasession;
using namespace wasession::observe;
using namespace wasession::test;

namespace {

Session session_at(const std::string& path, StoreKind kind, Tool tool) {
  Session session;
  session.store.path = path;
  session.store.kind = kind;
  session.store.tool = tool;
  session.store.identity = facts_of(path).identity;
  return session;
}

/// A bot's auth directory, an OpenClaw's and a wacli's database.
struct Stores {
  TemporaryDirectory files;
  std::string bot = files.make_directory("srv/auth");
  std::string openclaw = files.make_directory("home/.openclaw/credentials/whatsapp/biz");
  std::string wacli = files.write_file("home/.wacli/session.db", "");
  std::string wacli_lock = files.write_file("home/.wacli/LOCK", "");
  std::vector<Session> sessions = {
      session_at(bot, StoreKind::baileys_directory, Tool::baileys),
      session_at(openclaw, StoreKind::baileys_directory, Tool::openclaw),
      session_at(wacli, StoreKind::whatsmeow_database, Tool::wacli)};
};

/// A lease of some process that this one has.
struct Leased {
  ProcessIdentity taken_by = self();
  std::vector<std::string> stores;
  std::vector<std::string> guards;
  std::size_t connections = 0;
  std::vector<openclaw::GatewayLock> gateway_locks = {};
  std::vector<OpenFile> files = {};
};

/// `position kind strength` of all that is found, a line each.
std::string evidence(const Stores& stores, const Leased& leased) {
  const StoreIndex index(stores.sessions);
  const LockedFile file(stores.files.write_file(
      "state/wasession/leases/15550001111.lock",
      lease_text(record_of(leased.taken_by, leased.stores, leased.guards))));
  ProcessReading reading = reading_with(leased.files);
  reading.files.push_back(file.seen());
  Witness witness{reading,
                  index,
                  leased.gateway_locks,
                  leased.connections,
                  true,
                  self().start,
                  {},
                  leases_of(reading, self().start)};
  REQUIRE(witness.leases.size() == 1);
  std::string text;
  for (const Tie& tie : evidence_of(witness)) {
    text += std::to_string(index.stores()[tie.store].sessions.front()) + " " +
            std::string(to_string(tie.evidence.kind)) + " " +
            std::string(to_string(tie.evidence.strength)) + "\n";
  }
  return text;
}

constexpr const char* kCertain = "0 lease certain\n";
constexpr const char* kPossible = "0 lease possible\n";

}  // namespace

TEST_SUITE("a lease") {
  TEST_CASE("proves that who took it uses what it was taken for, connected or not") {
    const Stores stores;
    CHECK_EQ(evidence(stores, {self(), {stores.bot}, {}, 0}), kCertain);
    CHECK_EQ(evidence(stores, {self(), {stores.bot}, {}, 1}), kCertain);
    CHECK_EQ(evidence(stores, {self(), {stores.bot, stores.wacli}, {}}),
             "0 lease certain\n2 lease certain\n");
  }

  TEST_CASE("that was inherited proves it of a process with a connection only") {
    const Stores stores;
    CHECK_MESSAGE(evidence(stores, {kSomebodyElse, {stores.bot}, {}, 0}) == kPossible,
                  "a helper of the bot is taken for the bot");
    CHECK_MESSAGE(evidence(stores, {kSomebodyElse, {stores.bot}, {}, 1}) == kCertain,
                  "the bot below its launcher is not seen");
  }

  TEST_CASE("proves little of a gateway that locks by itself what it uses") {
    const Stores stores;
    openclaw::GatewayLock lock;
    lock.pid = ::getpid();
    lock.config_path = "/nonexistent/openclaw.json";
    CHECK_EQ(evidence(stores, {self(), {stores.bot}, {}, 1, {lock}}), kCertain);
    lock.locks_credentials = true;
    CHECK_MESSAGE(evidence(stores, {self(), {stores.bot}, {}, 1, {lock}}) == kPossible,
                  "a gateway whose account was stopped is said to use it");
  }

  TEST_CASE("of a store that is not known, or of none, proves nothing") {
    const Stores stores;
    CHECK_EQ(evidence(stores, {self(), {}, {}, 1}), "");
    CHECK_EQ(evidence(stores, {self(), {"/gone", "", stores.bot + "/x", "auth"}, {}, 1}), "");
  }
}

TEST_SUITE("a rival's lock, kept under a lease,") {
  TEST_CASE("does not make its keeper a user of what it locks") {
    const Stores stores;
    const LockedFile lock(stores.wacli_lock);
    const Leased guard{self(), {stores.bot}, {stores.wacli_lock}, 1, {}, {lock.seen()}};
    CHECK_MESSAGE(evidence(stores, guard) == kCertain,
                  "a bot under run is said to use wacli's credential");
    const Leased inherited{kSomebodyElse, {stores.bot}, {stores.wacli_lock}, 0, {}, {lock.seen()}};
    CHECK_MESSAGE(evidence(stores, inherited) == kPossible,
                  "what the bot starts is said to use wacli's credential");
  }

  TEST_CASE("counts when the lease does not name it: then the command itself took it") {
    const Stores stores;
    const LockedFile lock(stores.wacli_lock);
    const std::string other = stores.files.path("home/other/LOCK");
    CHECK_MESSAGE(evidence(stores, {self(), {stores.wacli}, {other}, 1, {}, {lock.seen()}}) ==
                      "2 wacli-lock certain\n2 lease certain\n",
                  "a wacli under run is not seen any more");
  }

  TEST_CASE("of OpenClaw's is a file that nobody has open, and so proves nothing") {
    const Stores stores;
    const std::string lock =
        stores.files.write_file("home/.openclaw/credentials/whatsapp/biz.lock",
                                "{\"pid\":" + std::to_string(self().pid) +
                                    ",\"starttime\":" + std::to_string(self().start) + "}");
    CHECK_EQ(evidence(stores, {self(), {stores.bot}, {lock}, 1}), kCertain);
  }
}

// A lock of OpenClaw's that a command under `wasession run` left: it is told apart from a killed
// gateway's by the record of the lease.
#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "observe/checkup.h"
#include "support/ended_process.h"
#include "unit/observe/lease_support.h"

using namespace wasession;
using namespace wasession::observe;
using namespace wasession::test;

namespace {

/// An account of OpenClaw whose lock names a process that has ended.
struct Home {
  TemporaryDirectory files;
  ProcessIdentity owner{ended_pid(), 77};
  std::string account = files.make_directory("home/.openclaw/credentials/whatsapp/biz");
  std::string lock = files.write_file("home/.openclaw/credentials/whatsapp/biz.lock",
                                      connection_lock(owner.pid, owner.start));
  std::string leases = "home/.local/state/wasession/leases/";

  void record(const std::string& name, const LeaseRecord& lease) const {
    files.write_file(leases + name, lease_text(lease));
  }

  /// Whether the only stale lock is one that run left.
  bool is_of_run() const {
    Snapshot snapshot;
    snapshot.taken_at =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    Session session;
    session.store = {Tool::openclaw, StoreKind::baileys_directory, account, true, true, {}};
    snapshot.sessions.push_back(session);
    Environment environment;
    environment.home = files.path("home");
    environment.variables["TMPDIR"] = files.path("tmp");
    check_up(snapshot, environment);
    // The machine may have stale locks of its own.
    std::erase_if(snapshot.condition.stale_locks,
                  [&](const StaleLock& stale) { return stale.path != lock; });
    REQUIRE(snapshot.condition.stale_locks.size() == 1);
    CHECK(snapshot.condition.stale_locks[0].owner == owner);
    return snapshot.condition.stale_locks[0].of_run;
  }
};

}  // namespace

TEST_SUITE("a stale lock of OpenClaw") {
  TEST_CASE("is one that run left when the record of a lease says that its process kept it") {
    const Home home;
    CHECK_FALSE(home.is_of_run());
    home.record("15550001111.lock", record_of(home.owner, {"/srv/bot"}, {"/a/LOCK", home.lock}));
    CHECK(home.is_of_run());
  }

  TEST_CASE("is a killed gateway's when the lease was another process's, or guarded another lock") {
    const Home home;
    home.record("1.lock", record_of({home.owner.pid, home.owner.start + 1}, {}, {home.lock}));
    home.record("2.lock", record_of({home.owner.pid + 1, home.owner.start}, {}, {home.lock}));
    home.record("3.lock", record_of(home.owner, {home.lock}, {home.lock + "2", home.account}));
    home.record("4", record_of(home.owner, {}, {home.lock}));
    const LeaseRecord record = record_of(home.owner, {}, {home.lock});
    home.files.write_file(home.leases + "5.lock", lease_text(record).substr(0, 40));
    CHECK_FALSE(home.is_of_run());
  }
}

// Which leases of `wasession run` a process has, and which are written down.
#include "observe/holders/leases.h"

#include <set>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "unit/observe/lease_support.h"

using namespace wasession;
using namespace wasession::observe;
using namespace wasession::test;

namespace {

constexpr const char* kFile = "state/wasession/leases/15550001111.lock";

/// How many leases this process is seen to have, with this file of it.
std::size_t count(const OpenFile& file) {
  return leases_of(reading_with({file}), self().start).size();
}

}  // namespace

TEST_SUITE("a process") {
  TEST_CASE("has the lease whose file it has locked") {
    const TemporaryDirectory files;
    const LeaseRecord record = record_of(self(), {"/srv/bot/auth"}, {"/home/u/.wacli/LOCK"});
    const LockedFile file(files.write_file(kFile, lease_text(record)));
    const ProcessReading reading = reading_with({file.seen()});
    CHECK(may_have_lease(reading));
    const auto leases = leases_of(reading, self().start);
    REQUIRE_EQ(leases.size(), 1);
    CHECK_EQ(leases[0].path, files.path(kFile));
    CHECK_EQ(leases[0].descriptor, file.seen().descriptor);
    CHECK(leases[0].own);
    CHECK_EQ(leases[0].record.claim, record.claim);
    CHECK_EQ(leases[0].record.stores, record.stores);
    CHECK_EQ(leases[0].record.guards, record.guards);
  }

  TEST_CASE("has none whose file is only open, shared, gone, or another one by now") {
    const TemporaryDirectory files;
    const std::string path = files.write_file(kFile, lease_text(record_of(self())));
    CHECK_MESSAGE(count(LockedFile(path, LOCK_UN).seen()) == 0, "who waits for a lease has it");
    CHECK(count(LockedFile(path, LOCK_SH).seen()) == 0);
    const LockedFile file(path);
    REQUIRE(count(file.seen()) == 1);
    CHECK(count({file.seen().descriptor, path, true}) == 0);
    const Descriptor other(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    CHECK(count({other.get(), path}) == 0);
  }

  TEST_CASE("has none by a locked file that is no lease") {
    const TemporaryDirectory files;
    const std::string text = lease_text(record_of(self()));
    for (const std::string below :
         {"state/wasession/leases/15550001111", "state/wasession/15550001111.lock",
          "state/wasession/leases/deeper/1.lock", "state/leases/1.lock", "wasession/1/1.lock"}) {
      const LockedFile file(files.write_file(below, text));
      CHECK_MESSAGE(count(file.seen()) == 0, below);
      CHECK_FALSE(may_have_lease(reading_with({file.seen()})));
    }
    for (const std::string& garbage :
         {std::string(), std::string("pid=1\nacquired_at=now\n"), text.substr(0, text.size() / 2),
          std::string(100'000, 'x')}) {
      const LockedFile file(files.write_file(kFile, garbage));
      CHECK(count(file.seen()) == 0);
    }
  }

  TEST_CASE("took the lease itself, or has it from who did: pid and start time tell") {
    const TemporaryDirectory files;
    const auto is_own = [&](const ProcessIdentity& named, bool in_container) {
      const LockedFile file(files.write_file(kFile, lease_text(record_of(named))));
      ProcessReading reading = reading_with({file.seen()});
      reading.mount_namespace = in_container ? 7 : 0;
      const auto leases = leases_of(reading, self().start);
      REQUIRE(leases.size() == 1);
      return leases[0].own;
    };
    const ProcessIdentity here = self();
    CHECK(is_own(here, false));
    CHECK_FALSE(is_own({here.pid, here.start + 1}, false));
    CHECK_FALSE(is_own({here.pid + 1, here.start}, false));
    CHECK_MESSAGE(is_own({1, here.start}, true), "in a container the pid is another number");
    CHECK_FALSE(is_own({here.pid, here.start + 1}, true));
  }

  TEST_CASE("keeps as guards what its leases name, to the letter") {
    const std::vector<HeldLease> leases = {
        {record_of(self(), {}, {"/a/LOCK"}), "/l/1.lock", 3, true},
        {record_of(self(), {"/c"}, {"/b.lock", "/a/LOCK"}), "/l/2.lock", 4, true}};
    CHECK(is_guard(leases, "/a/LOCK"));
    CHECK(is_guard(leases, "/b.lock"));
    for (const std::string path : {"", "/a/LOC", "/a/LOCK/", "/c", "/a"}) {
      CHECK_FALSE(is_guard(leases, path));
    }
    CHECK_FALSE(is_guard({}, "/a/LOCK"));
  }
}

TEST_SUITE("the leases that are written down") {
  TEST_CASE("are all whole records in files of leases, whether their processes live or not") {
    const TemporaryDirectory files;
    files.write_file("1.lock", lease_text(record_of(self())));
    files.write_file("2.lock", lease_text(record_of(kSomebodyElse)));
    files.write_file("empty.lock", "");
    files.write_file("garbage.lock", "{\"pid\": 1}\n");
    files.write_file("other", lease_text(record_of({3, 3})));
    files.write_file("below/4.lock", lease_text(record_of({4, 4})));
    files.make_link("link.lock", files.write_file("elsewhere", lease_text(record_of({5, 5}))));
    files.make_directory("directory.lock");
    REQUIRE(::mkfifo(files.path("fifo.lock").c_str(), 0600) == 0);
    std::set<ProcessIdentity> named;
    for (const LeaseRecord& record : recorded_leases(files.path())) named.insert(record.process);
    CHECK_EQ(named, std::set<ProcessIdentity>{self(), kSomebodyElse});
  }

  TEST_CASE("are none where there is no directory of leases") {
    const TemporaryDirectory files;
    CHECK(recorded_leases(files.path("gone")).empty());
    CHECK(recorded_leases(files.write_file("file", "")).empty());
    CHECK(recorded_leases("").empty());
  }

  TEST_CASE("lie in the user's state directory") {
    Environment environment;
    environment.home = "/home/u";
    CHECK_EQ(lease_directory(environment), "/home/u/.local/state/wasession/leases");
    environment.platform = Platform::macos;
    CHECK_EQ(lease_directory(environment), "/home/u/Library/Application Support/wasession/leases");
    environment.variables["XDG_STATE_HOME"] = "/state";
    CHECK_EQ(lease_directory(environment), "/state/wasession/leases");
    environment = {};
    CHECK_EQ(lease_directory(environment), "");
  }
}

// Processes whose file tree is not this one: services, containers, chroots.
#include <algorithm>
#include <string>

#include <doctest/doctest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "observe/holders/store_index.h"
#include "observe/processes/processes.h"
#include "support/temporary_directory.h"
#include "unit/observe/live_child.h"

using namespace wasession;
using namespace wasession::observe;
using wasession::test::TemporaryDirectory;

namespace {

std::vector<Session> session_at(const std::string& path) {
  std::vector<Session> sessions(1);
  sessions[0].store.path = path;
  sessions[0].store.identity = facts_of(path).identity;
  return sessions;
}

bool needs_root() {
  if (::geteuid() == 0) return false;
  MESSAGE("skipped: only root can give a process a file tree of its own");
  return true;
}

ProcessReading reading_of(int pid) {
  const ProcessTable table = read_processes();
  const auto found = std::find_if(table.processes.begin(), table.processes.end(),
                                  [&](const ProcessReading& each) { return each.pid == pid; });
  REQUIRE_MESSAGE(found != table.processes.end(), "a live process is missing from the walk");
  return *found;
}

}  // namespace

TEST_SUITE("processes with a file tree of their own") {
  TEST_CASE("a service with a private /tmp is found by its working directory all the same") {
    if (needs_root()) return;
    const TemporaryDirectory files;
    const std::string auth = files.make_directory("bot/auth");
    const auto sessions = session_at(auth);
    const StoreIndex index(sessions);
    const test::LiveChild child([&] {
      const bool done = ::unshare(CLONE_NEWNS) == 0 && ::chdir(files.path("bot").c_str()) == 0;
      return std::string(done ? "done" : "");
    });
    REQUIRE(child.said() == "done");
    const ProcessReading reading = reading_of(child.pid());
    CHECK_MESSAGE(reading.mount_namespace != 0, "the tree of its own is not seen");
    CHECK(index.near(reading, reading.working_directory, 3, Links::show).size() == 1);
  }

  TEST_CASE("in a chroot a path is what the process means by it, and a link does not lead out") {
    if (needs_root()) return;
    const TemporaryDirectory files;
    const std::string inside = files.make_directory("jail/auth");
    const std::string outside = files.make_directory("auth");
    files.make_link("jail/out", outside);
    files.make_link("jail/in", "/auth");
    const auto sessions = session_at(inside);
    const auto others = session_at(outside);
    const StoreIndex index(sessions);
    const StoreIndex other_index(others);
    const test::LiveChild child([&] {
      const bool done = ::chroot(files.path("jail").c_str()) == 0 && ::chdir("/") == 0;
      return std::string(done ? "done" : "");
    });
    REQUIRE(child.said() == "done");
    const ProcessReading reading = reading_of(child.pid());
    CHECK(index.at(reading, "/auth") != nullptr);
    CHECK(index.at(reading, "/in") != nullptr);
    CHECK_MESSAGE(other_index.at(reading, "/out") == nullptr,
                  "a link in a chroot names a store outside of it");
  }
}

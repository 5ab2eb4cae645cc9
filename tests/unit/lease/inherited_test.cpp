// A `wasession run` below another one: the lock that was passed on is had, and no other one is.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/lease/openclaw_support.h"

using namespace wasession;
using namespace wasession::test;
using lease::Leases;

namespace {

/// What a child of this process is answered, which inherits its descriptors.
std::string answer_below(const LeaseFolder& folder, const Claim& claim = kWhole) {
  const LiveChild child([&] {
    Leases leases(folder.path);
    return take(leases, claim);
  });
  return child.said();
}

}  // namespace

TEST_SUITE("a lease that was passed on") {
  TEST_CASE("is had by who is below, and by nobody else") {
    const LeaseFolder folder;
    Leases above(folder.path);
    REQUIRE(take(above) == "taken");
    above.write_record(own_record());
    CHECK_MESSAGE(answer_below(folder) == "taken", "a run in a run waits for itself");
    CHECK(answer_below(folder, kDevice) == "taken");
    CHECK(answer_elsewhere(folder) == "held");
    CHECK_MESSAGE(!is_free(folder.file()), "who was below took the lease along when it ended");
  }

  TEST_CASE("of one device does not give the account, nor another's device") {
    const LeaseFolder folder;
    const Elsewhere other(folder, kOtherDevice);
    Leases above(folder.path);
    REQUIRE(take(above, kDevice) == "taken");
    above.write_record(own_record());
    CHECK(answer_below(folder, kDevice) == "taken");
    CHECK_MESSAGE(answer_below(folder, kOtherDevice) == "held", "one credential is used twice");
    CHECK_MESSAGE(answer_below(folder, kWhole) == "held", "a share of it is taken for the account");
    CHECK(answer_elsewhere(folder, kDevice) == "held");
    CHECK(answer_elsewhere(folder, kWhole) == "held");
    other.kill();
    CHECK_MESSAGE(answer_elsewhere(folder, kWhole) == "held", "who asked for more lost the share");
    CHECK_MESSAGE(answer_below(folder, kWhole) == "held", "a share of it is taken for the account");
    CHECK(answer_elsewhere(folder, kOtherDevice) == "taken");
  }

  TEST_CASE("is not had by who only has its file open") {
    const LeaseFolder folder;
    const Elsewhere other(folder);
    const observe::Descriptor reading(::open(folder.file().c_str(), O_RDONLY | O_CLOEXEC));
    CHECK_MESSAGE(answer_below(folder) == "held", "an open file is taken for a lock");
    Leases leases(folder.path);
    CHECK(take(leases) == "held");
    CHECK_FALSE(is_free(folder.file()));
  }

  TEST_CASE("brings the locks of rivals along, which who is below does not remove") {
    Auth auth;
    const std::string wacli = auth.folder.root.path("LOCK");
    Leases above(auth.folder.path);
    REQUIRE(take(above) == "taken");
    REQUIRE(auth.take(above) == "taken");
    REQUIRE(words(above.take({Tool::wacli, wacli, 0}, auth.warnings)) == "taken");
    above.write_record(own_record());
    const LiveChild below([&] {
      Leases leases(auth.folder.path);
      const std::string own = take(leases);
      const std::string openclaw = auth.take(leases);
      return own + " " + openclaw + " " +
             words(leases.take({Tool::wacli, wacli, 0}, auth.warnings));
    });
    CHECK(below.said() == "taken taken taken");
    CHECK_MESSAGE(auth.names(identity_of_live(::getpid())), "OpenClaw is let in");
    CHECK_FALSE(is_free(wacli));
  }

  TEST_CASE("is none when the lock was OpenClaw's of a process above without a lease") {
    Auth auth;
    auth.write(connection_lock(::getpid(), identity_of_live(::getpid()).start));
    const LiveChild below([&] {
      Leases leases(auth.folder.path);
      return take(leases) + " " + auth.take(leases);
    });
    CHECK(below.said() == "taken held");
  }
}

#include <doctest/doctest.h>
#include <unistd.h>

#include "observe/holders/holders.h"

using namespace wasession;
using namespace wasession::observe;

namespace {

Process process(int pid, int parent, std::size_t connections) {
  Process value;
  value.identity = {pid, 1};
  value.parent = parent;
  value.connections.assign(connections, {"157.240.1.60:443", std::string(kEstablished)});
  return value;
}

Snapshot with_sessions(std::size_t count) {
  Snapshot snapshot;
  for (std::size_t i = 0; i < count; ++i) {
    Session& session = snapshot.sessions.emplace_back();
    session.credential.fingerprint = Fingerprint{};
    session.credential.fingerprint->bytes[0] = static_cast<std::uint8_t>(i);
  }
  return snapshot;
}

Evidence evidence(Strength strength) {
  return {EvidenceKind::command_line, strength, "says so"};
}

/// Pids above the kernel's largest: nothing of the machine that runs the test has them.
constexpr int kWrapper = 5'000'001, kClient = 5'000'002, kOther = 5'000'003;

}  // namespace

TEST_SUITE("who is named as a holder") {
  TEST_CASE("a shell around a client is not named beside it") {
    Snapshot snapshot = with_sessions(1);
    add_evidence(snapshot, 0, process(kWrapper, 1, 0), evidence(Strength::possible));
    add_evidence(snapshot, 0, process(kClient, kWrapper, 1), evidence(Strength::likely));
    settle_holders(snapshot);
    REQUIRE(snapshot.sessions[0].holders.size() == 1);
    CHECK(snapshot.processes[snapshot.sessions[0].holders[0].process].identity.pid == kClient);
  }

  TEST_CASE("a rival that waits for its retry stays beside the connected one") {
    Snapshot snapshot = with_sessions(1);
    add_evidence(snapshot, 0, process(kOther, 1, 0), evidence(Strength::possible));
    add_evidence(snapshot, 0, process(kClient, 1, 1), evidence(Strength::likely));
    settle_holders(snapshot);
    REQUIRE_MESSAGE(snapshot.sessions[0].holders.size() == 2, "the rival is hidden");
    CHECK(snapshot.sessions[0].holders[0].confidence == Strength::likely);
  }

  TEST_CASE("the shell in which wasession was typed is no holder") {
    Snapshot snapshot = with_sessions(1);
    add_evidence(snapshot, 0, process(::getppid(), 1, 0), evidence(Strength::possible));
    settle_holders(snapshot);
    CHECK(snapshot.sessions[0].holders.empty());
  }

  TEST_CASE("more connections than credentials are two sockets, as many are not") {
    Snapshot snapshot = with_sessions(2);
    add_evidence(snapshot, 0, process(kClient, 1, 2), evidence(Strength::likely));
    settle_holders(snapshot);
    CHECK(snapshot.sessions[0].holders[0].two_sockets);
    add_evidence(snapshot, 1, process(kClient, 1, 2), evidence(Strength::likely));
    settle_holders(snapshot);
    CHECK_FALSE(snapshot.sessions[0].holders[0].two_sockets);
  }

  TEST_CASE("several pieces of evidence prove no more than the strongest of them") {
    Snapshot snapshot = with_sessions(1);
    for (int i = 0; i < 9; ++i) {
      add_evidence(snapshot, 0, process(kClient, 1, 1), evidence(Strength::possible));
    }
    add_evidence(snapshot, 0, process(kClient, 1, 1), evidence(Strength::likely));
    settle_holders(snapshot);
    CHECK(snapshot.sessions[0].holders[0].confidence == Strength::likely);
    CHECK(snapshot.sessions[0].holders[0].evidence.front().strength == Strength::likely);
    CHECK(snapshot.sessions[0].activity == Activity::live);
  }

  TEST_CASE("a session with only a possible holder is not live") {
    Snapshot snapshot = with_sessions(1);
    add_evidence(snapshot, 0, process(kClient, 1, 0), evidence(Strength::possible));
    settle_holders(snapshot);
    CHECK(snapshot.sessions[0].activity == Activity::idle);
  }
}

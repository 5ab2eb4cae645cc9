// Who is named as a holder where a launcher has the lease and the program below it does the work.
#include <doctest/doctest.h>

#include "observe/holders/holders.h"

using namespace wasession;
using namespace wasession::observe;

namespace {

/// Pids above the kernel's largest: nothing of the machine that runs the test has them.
constexpr int kLauncher = 5'000'001, kClient = 5'000'002;

struct Machine {
  Snapshot snapshot;

  Machine() { snapshot.sessions.emplace_back().credential.fingerprint = Fingerprint{}; }

  void add(int pid, int parent, EvidenceKind kind, Strength strength, std::size_t connections = 0) {
    Process process;
    process.identity = {pid, 1};
    process.parent = parent;
    process.connections.assign(connections, {"157.240.1.60:443", std::string(kEstablished)});
    add_evidence(snapshot, 0, process, {kind, strength, "says so"});
  }

  void add_launcher(std::size_t connections = 0) {
    add(kLauncher, 1, EvidenceKind::lease, Strength::certain, connections);
  }

  /// `5000001 certain, …`: the holders, strongest first.
  std::string holders() {
    settle_holders(snapshot);
    std::string text;
    for (const Holder& holder : snapshot.sessions[0].holders) {
      text += text.empty() ? "" : ", ";
      text += std::to_string(snapshot.processes[holder.process].identity.pid) + " " +
              std::string(to_string(holder.confidence));
    }
    return text;
  }
};

}  // namespace

TEST_SUITE("a launcher that has the lease") {
  TEST_CASE("is no holder beside the program below it that holds the credential") {
    for (const Strength strength : {Strength::likely, Strength::certain}) {
      Machine machine;
      machine.add_launcher();
      machine.add(kClient, kLauncher, EvidenceKind::command_line, strength, 1);
      CHECK_MESSAGE(machine.holders() == "5000002 " + std::string(to_string(strength)),
                    "one bot is said to be two");
    }
  }

  TEST_CASE("is none beside a connected program below it that has the lease from it") {
    Machine machine;
    machine.add_launcher();
    machine.add(kClient, kLauncher, EvidenceKind::lease, Strength::certain, 1);
    CHECK_EQ(machine.holders(), "5000002 certain");
  }

  TEST_CASE("is none beside the program below it when a variable tells both of the store") {
    for (const EvidenceKind kind :
         {EvidenceKind::environment, EvidenceKind::command_line, EvidenceKind::working_directory}) {
      Machine machine;
      machine.add_launcher();
      machine.add(kLauncher, 1, kind, Strength::possible);
      machine.add(kClient, kLauncher, EvidenceKind::command_line, Strength::likely, 1);
      CHECK_MESSAGE(machine.holders() == "5000002 likely", "one bot is said to be two");
    }
  }

  TEST_CASE("is one while nothing below it holds the credential") {
    Machine machine;
    machine.add_launcher();
    CHECK_MESSAGE(machine.holders() == "5000001 certain",
                  "a second bot is started while the first one connects");
    machine.add(kClient, kLauncher, EvidenceKind::lease, Strength::possible);
    CHECK_EQ(machine.holders(), "5000001 certain, 5000002 possible");
  }

  TEST_CASE("is one when it is connected itself") {
    Machine machine;
    machine.add_launcher(1);
    machine.add(kClient, kLauncher, EvidenceKind::command_line, Strength::likely, 1);
    CHECK_EQ(machine.holders(), "5000001 certain, 5000002 likely");
  }

  TEST_CASE("is one when more than the lease ties it") {
    Machine machine;
    machine.add_launcher();
    machine.add(kLauncher, 1, EvidenceKind::open_file, Strength::certain);
    machine.add(kClient, kLauncher, EvidenceKind::command_line, Strength::likely, 1);
    CHECK_EQ(machine.holders(), "5000001 certain, 5000002 likely");
  }

  TEST_CASE("is one beside a rival that it did not start") {
    Machine machine;
    machine.add_launcher();
    machine.add(kClient, 1, EvidenceKind::command_line, Strength::likely, 1);
    CHECK_MESSAGE(machine.holders() == "5000001 certain, 5000002 likely", "a rival hides a bot");
  }
}

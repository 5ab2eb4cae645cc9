// Live processes under `wasession run`, as a walk over the machine finds them.
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/prctl.h>

#include "observe/holders/holders.h"
#include "observe/holders/leases.h"
#include "unit/lease/openclaw_support.h"

using namespace wasession;
using namespace wasession::observe;
using namespace wasession::test;

namespace {

constexpr std::size_t kBot = 0, kOpenclaw = 1, kWacli = 2;

/// A bot's auth directory, an OpenClaw's and a wacli's store, and who uses them.
struct Machine {
  Auth auth;
  const TemporaryDirectory& files = auth.folder.root;
  std::string bot = files.make_directory("srv/auth");
  std::string database = files.write_file("wacli/session.db", "");

  /// What `run` does for a command that uses the bot's directory.
  std::string run() {
    static lease::Leases leases(auth.folder.path);
    std::string said = take(leases);
    said += " " + auth.take(leases);
    said += " " + words(leases.take({Tool::wacli, files.path("wacli/LOCK"), 0}, auth.warnings));
    LeaseRecord record = own_record();
    record.stores = {bot};
    leases.write_record(record);
    return said;
  }

  void add(Snapshot& snapshot, Tool tool, StoreKind kind, const std::string& path) const {
    Session& session = snapshot.sessions.emplace_back();
    session.store.tool = tool;
    session.store.kind = kind;
    session.store.path = path;
    session.store.identity = facts_of(path).identity;
  }

  Snapshot look() const {
    Snapshot snapshot;
    add(snapshot, Tool::baileys, StoreKind::baileys_directory, bot);
    add(snapshot, Tool::openclaw, StoreKind::baileys_directory, auth.directory);
    add(snapshot, Tool::wacli, StoreKind::whatsmeow_database, database);
    find_holders(snapshot, read_processes(), {}, {}, Environment{});
    return snapshot;
  }
};

/// `certain`, a line for each holder that is one of `pids`, by their order.
std::string holders(const Snapshot& snapshot, std::size_t session, const std::vector<int>& pids) {
  std::string text;
  for (const int pid : pids) {
    for (const Holder& holder : snapshot.sessions[session].holders) {
      if (snapshot.processes[holder.process].identity.pid != pid) continue;
      text += std::string(to_string(holder.confidence)) + "\n";
    }
  }
  return text;
}

/// The leases of this account that `pid` has.
std::vector<LeaseRecord> leases_of(const Snapshot& snapshot, int pid) {
  std::vector<LeaseRecord> records;
  for (const Lease& lease : snapshot.leases) {
    const bool is_its = snapshot.processes[lease.process].identity.pid == pid;
    if (is_its && lease.record.claim == kWhole) records.push_back(lease.record);
  }
  return records;
}

/// Starts a process that lives as long as this one, and tells its pid.
int start_helper() {
  const int parent = ::getpid();
  const int pid = ::fork();
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  while (true) ::pause();
}

}  // namespace

TEST_SUITE("a process under run") {
  TEST_CASE("is the holder of what its lease names, and of nothing that it only keeps locked") {
    Machine machine;
    const LiveChild bot([&] { return machine.run(); });
    REQUIRE(bot.said() == "taken taken taken");
    const Snapshot snapshot = machine.look();
    CHECK_MESSAGE(holders(snapshot, kBot, {bot.pid()}) == "certain\n",
                  "a bot that is not connected yet is not seen");
    CHECK(snapshot.sessions[kBot].activity == Activity::live);
    for (const std::size_t guarded : {kOpenclaw, kWacli}) {
      CHECK_MESSAGE(snapshot.sessions[guarded].holders.empty(),
                    "a bot is said to use the credential of whom it keeps off");
      CHECK(snapshot.sessions[guarded].activity == Activity::idle);
    }
    const auto leases = leases_of(snapshot, bot.pid());
    REQUIRE(leases.size() == 1);
    CHECK(leases[0].process == identity_of_live(bot.pid()));
    CHECK(leases[0].stores == std::vector<std::string>{machine.bot});
    CHECK(leases[0].guards ==
          std::vector<std::string>{machine.auth.lock, machine.files.path("wacli/LOCK")});
  }

  TEST_CASE("shares its lease with what it starts, which is no second user of the credential") {
    Machine machine;
    const LiveChild bot([&] {
      machine.run();
      return std::to_string(start_helper());
    });
    const int helper = std::stoi(bot.said());
    REQUIRE(helper > 0);
    const Snapshot snapshot = machine.look();
    CHECK_MESSAGE(holders(snapshot, kBot, {bot.pid(), helper}) == "certain\npossible\n",
                  "a helper of the bot is taken for a second bot");
    CHECK(snapshot.sessions[kWacli].holders.empty());
    CHECK(leases_of(snapshot, helper).size() == 1);
  }

  TEST_CASE("that was killed holds nothing any more, whatever its files still say") {
    Machine machine;
    const LiveChild bot([&] { return machine.run(); });
    REQUIRE(holders(machine.look(), kBot, {bot.pid()}) == "certain\n");
    kill_and_leave(bot.pid());
    const Snapshot snapshot = machine.look();
    CHECK_MESSAGE(snapshot.sessions[kBot].holders.empty(), "a dead bot keeps the next one off");
    CHECK(leases_of(snapshot, bot.pid()).empty());
    CHECK(observe::recorded_leases(machine.auth.folder.path).size() == 1);
  }
}

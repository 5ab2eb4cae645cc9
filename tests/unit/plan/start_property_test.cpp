// What must hold of every start, on machines and for requests that nobody thought of.
#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "unit/plan/start_support.h"

using namespace wasession;
using namespace wasession::test;

namespace {

/// The same machines and requests in every run.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  /// 0 … sides - 1.
  std::size_t roll(std::size_t sides) { return engine_() % sides; }
  bool one_in(std::size_t sides) { return roll(sides) == 0; }

 private:
  std::mt19937 engine_;
};

const std::vector<std::string> kPhones = {"15550000001", "15550000002", "15550000003"};
constexpr std::uint32_t kCredentials = 6;

/// Few credentials, so that copies, devices of one account and shared databases are many.
Snapshot random_machine(Dice& dice) {
  SnapshotBuilder machine;
  for (int pid = 100; pid < 105; ++pid) {
    const auto process = machine.process(pid, "x", dice.roll(2));
    if (dice.one_in(3)) machine.process_at(process).executable = "/usr/bin/vim";
  }
  for (std::size_t i = dice.roll(7); i > 0; --i) {
    const auto key = static_cast<std::uint32_t>(dice.roll(kCredentials));
    const auto tool = static_cast<Tool>(dice.roll(4));
    // Of one that is not linked there is one in its database.
    const bool linked = !dice.one_in(8);
    const bool shares = linked && (tool == Tool::wacli || tool == Tool::whatsmeow);
    const std::string name = std::to_string(shares ? dice.roll(2) : 10 + i);
    const auto session = machine.session(std::string(to_string(tool)) + "/" + name, key, tool,
                                         kPhones[key % kPhones.size()]);
    if (!linked) machine.at(session).credential = {};
    machine.at(session).store.configured = dice.one_in(2);
    for (std::size_t holder = dice.roll(3); holder > 0; --holder) {
      machine.hold(session, dice.roll(5), static_cast<Strength>(dice.roll(3)),
                   static_cast<EvidenceKind>(dice.roll(10)));
    }
  }
  return machine.build();
}

plan::StartRequest random_request(Dice& dice, const Snapshot& snapshot) {
  plan::StartRequest request;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    if (dice.one_in(3)) request.sessions.push_back(i);
  }
  if (dice.one_in(3)) {
    request.sessions.clear();
    request.account = kPhones[dice.roll(kPhones.size())];
  }
  if (dice.one_in(5)) request.sessions.clear();
  request.per_device = request.account.empty() && dice.one_in(2);
  const std::vector<std::vector<std::string>> commands = {
      {"bot"}, {"openclaw", "gateway"}, {"wacli", "--store", "/srv/wacli/1", "sync"}};
  request.command = commands[dice.roll(commands.size())];
  return request;
}

std::string lock_path(const Session& session) {
  if (session.store.tool == Tool::openclaw) return session.store.path + ".lock";
  if (session.store.tool != Tool::wacli) return "";
  return session.store.path.substr(0, session.store.path.rfind('/')) + "/LOCK";
}

bool contains(const auto& values, const auto& value) {
  return std::ranges::find(values, value) != values.end();
}

/// True when a claim keeps everybody else from this session.
bool is_claimed(const Start& start, const Session& session) {
  return std::ranges::any_of(start.claims, [&](const Claim& claim) {
    if (claim.account != account_key(session)) return false;
    const auto& fingerprint = session.credential.fingerprint;
    return claim.device.empty() || (fingerprint && fingerprint->short_hex() == claim.device);
  });
}

void check_claims(const Snapshot& snapshot, const Start& start, const plan::StartRequest& request) {
  CHECK(std::ranges::adjacent_find(start.claims, std::greater_equal<>()) == start.claims.end());
  for (const std::size_t i : request.sessions) CHECK(is_claimed(start, snapshot.sessions[i]));
  for (const std::size_t i : start.uses) {
    CHECK_MESSAGE(is_claimed(start, snapshot.sessions[i]), "what is used is not claimed");
  }
}

void check_rivals(const Snapshot& snapshot, const Start& start) {
  std::set<std::pair<std::size_t, std::size_t>> rivals;
  bool only_devices = false;
  for (const Rival& rival : start.rivals) {
    rivals.insert({rival.session, rival.process});
    CHECK_MESSAGE(is_claimed(start, snapshot.sessions[rival.session]),
                  "somebody is in the way who is none of the account's");
    CHECK_MESSAGE(!(only_devices && rival.same_credential), "who replaces it comes last");
    only_devices = !rival.same_credential;
    CHECK_FALSE(rival.command.empty());
  }
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    for (const Holder& holder : snapshot.sessions[i].holders) {
      const bool holds = holder.confidence != Strength::possible;
      if (!holds || !is_claimed(start, snapshot.sessions[i])) continue;
      CHECK_MESSAGE(rivals.contains({i, holder.process}), "a holder is overlooked");
    }
  }
}

void check_locks(const Snapshot& snapshot, const Start& start, const plan::StartRequest& request) {
  std::set<std::string> own;
  for (const std::size_t i : start.uses) own.insert(lock_path(snapshot.sessions[i]));
  for (const std::size_t i : plan::sessions_of_command(snapshot, request)) {
    own.insert(lock_path(snapshot.sessions[i]));
  }
  std::set<std::string> taken;
  for (const RivalLock& lock : start.locks) {
    CHECK_MESSAGE(!own.contains(lock.path), "the command is kept off its own store");
    CHECK_MESSAGE(taken.insert(lock.path).second, "a lock is taken twice");
    CHECK_EQ(lock.path, lock_path(snapshot.sessions[lock.session]));
    CHECK_EQ(lock.tool, snapshot.sessions[lock.session].store.tool);
    CHECK(is_claimed(start, snapshot.sessions[lock.session]));
  }
  for (const Session& session : snapshot.sessions) {
    const std::string path = lock_path(session);
    if (path.empty() || !is_claimed(start, session)) continue;
    CHECK_MESSAGE((own.contains(path) || taken.contains(path)), "a rival is not kept off");
  }
}

}  // namespace

TEST_CASE("whatever the machine and the command, a start claims, refuses and locks the same") {
  constexpr unsigned kMachines = 20'000;
  std::size_t with_rivals = 0;
  std::size_t with_locks = 0;
  for (unsigned seed = 0; seed < kMachines; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const Snapshot snapshot = random_machine(dice);
    const plan::StartRequest request = random_request(dice, snapshot);
    const Start start = plan::start(snapshot, request);
    // The command line refuses it: nobody knows which device is meant.
    if (request.per_device && start.uses.empty()) continue;
    check_claims(snapshot, start, request);
    check_rivals(snapshot, start);
    check_locks(snapshot, start, request);
    if (start.claims.empty()) CHECK((start.rivals.empty() && start.locks.empty()));
    plan::StartRequest whole = request;
    whole.per_device = false;
    CHECK_MESSAGE(plan::start(snapshot, whole).rivals.size() >= start.rivals.size(),
                  "--per-device refuses more than without it");
    with_rivals += !start.rivals.empty();
    with_locks += !start.locks.empty();
  }
  CHECK_MESSAGE(with_rivals > kMachines / 4, "the machines are too tame: " << with_rivals);
  CHECK_MESSAGE(with_locks > kMachines / 10, "hardly any lock is taken: " << with_locks);
}

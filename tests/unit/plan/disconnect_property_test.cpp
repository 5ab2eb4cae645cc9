// What must hold of every plan, on machines and for requests that nobody thought of.
#include <algorithm>
#include <random>
#include <set>

#include "judge/conflict.h"
#include "unit/plan/support.h"

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

constexpr std::uint32_t kUser = 1000;

void add_random_process(Dice& dice, SnapshotBuilder& machine) {
  const std::size_t count = machine.raw().processes.size();
  const int pid = dice.one_in(20) ? 1 : static_cast<int>(100 + count);
  const auto position = machine.process(pid, "node bot.js", dice.roll(3));
  Process& process = machine.process_at(position);
  process.started_at = ago(std::chrono::minutes(dice.roll(500)));
  process.uid = kUser + static_cast<std::uint32_t>(dice.one_in(4));
  if (dice.one_in(5)) process.executable = dice.one_in(2) ? "/usr/bin/vim" : "/usr/bin/wacli";
  if (dice.one_in(2)) {
    const auto kind = static_cast<SupervisorKind>(dice.roll(8));
    process.supervisor = Supervisor{kind, dice.one_in(8) ? "" : dice.one_in(2) ? "a" : "b"};
  }
  if (dice.one_in(10)) machine.raw().own_family.push_back(pid);
}

void add_random_holder(Dice& dice, SnapshotBuilder& machine, std::size_t session) {
  const std::size_t process = dice.roll(machine.raw().processes.size());
  const auto& holders = machine.at(session).holders;
  if (std::ranges::find(holders, process, &Holder::process) != holders.end()) return;
  const auto strength = static_cast<Strength>(dice.roll(3));
  const auto kind = strength == Strength::certain  ? static_cast<EvidenceKind>(dice.roll(4))
                    : strength == Strength::likely ? EvidenceKind::open_file
                                                   : static_cast<EvidenceKind>(7 + dice.roll(3));
  machine.hold(session, process, strength, kind);
  Holder& holder = machine.at(session).holders.back();
  holder.two_sockets = dice.one_in(8);
  if (dice.one_in(8)) {
    holder.evidence.push_back({EvidenceKind::memory, Strength::possible, "has the key"});
  }
}

Snapshot random_machine(Dice& dice) {
  SnapshotBuilder machine;
  machine.raw().taken_by_root = dice.one_in(3);
  machine.raw().taken_by = machine.raw().taken_by_root ? 0 : kUser;
  for (std::size_t i = 1 + dice.roll(6); i > 0; --i) add_random_process(dice, machine);
  const std::size_t sessions = 1 + dice.roll(4);
  for (std::size_t i = 0; i < sessions; ++i) {
    const auto tool = static_cast<Tool>(dice.roll(4));
    machine.session("s/" + std::to_string(i), static_cast<std::uint32_t>(dice.roll(3)), tool);
    if (tool == Tool::openclaw && dice.one_in(2)) {
      machine.at(i).store.path = "/h/.openclaw/credentials/whatsapp/" + std::to_string(i);
    }
    for (std::size_t holder = dice.roll(4); holder > 0; --holder) {
      add_random_holder(dice, machine, i);
    }
    if (dice.one_in(3)) machine.incident(i, kReplaced, std::chrono::minutes(dice.roll(100)));
  }
  std::ranges::sort(machine.raw().incidents, {}, &Incident::at);
  return machine.build();
}

template <typename Value>
std::vector<Value> some(Dice& dice, const std::vector<Value>& all, std::size_t one_in) {
  std::vector<Value> chosen;
  for (const Value& value : all) {
    if (dice.one_in(one_in)) chosen.push_back(value);
  }
  return chosen;
}

plan::DisconnectRequest random_request(Dice& dice, const Snapshot& snapshot) {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) positions.push_back(i);
  std::vector<int> pids;
  for (const Process& process : snapshot.processes) pids.push_back(process.identity.pid);
  plan::DisconnectRequest request;
  if (dice.one_in(2)) request.sessions = some(dice, positions, 2);
  if (dice.one_in(3)) request.pids = some(dice, pids, 3);
  if (dice.one_in(3)) request.keep = some(dice, positions, 3);
  if (dice.one_in(3)) request.keep_pids = some(dice, pids, 4);
  request.force = dice.one_in(2);
  return request;
}

bool contains(const auto& values, const auto& value) {
  return std::ranges::find(values, value) != values.end();
}

const Process& process_of(const Snapshot& snapshot, const ProcessIdentity& identity) {
  const auto found = std::ranges::find(snapshot.processes, identity, &Process::identity);
  REQUIRE_MESSAGE(found != snapshot.processes.end(), "a step is about a process of nowhere");
  return *found;
}

/// It is tied to its sessions by nothing that a signal may rest on. Without a name the fight
/// itself makes a rival likely.
bool only_possible(const Snapshot& snapshot, const ProcessIdentity& process) {
  for (const Session& session : snapshot.sessions) {
    for (const Holder& holder : session.holders) {
      if (snapshot.processes[holder.process].identity != process) continue;
      if (holder.confidence != Strength::possible || judge::has_in_memory(holder)) return false;
    }
  }
  return true;
}

void check_target(const Snapshot& snapshot, const plan::DisconnectRequest& request,
                  const Decision& decision, const Step& step) {
  const Process& process = process_of(snapshot, step.stopping->process);
  const int pid = process.identity.pid;
  const bool is_kept = std::ranges::any_of(
      decision.kept, [&](const Kept& kept) { return kept.process == process.identity; });
  CHECK_MESSAGE(!is_kept, step.target << " is kept and stopped");
  CHECK_MESSAGE(pid > 1, "process 1 is stopped");
  CHECK_MESSAGE(!contains(snapshot.own_family, pid), "what started this wasession is stopped");
  CHECK_MESSAGE(!contains(request.keep_pids, pid), step.target << " is stopped despite --keep");
  CHECK_MESSAGE((snapshot.taken_by_root || process.uid == snapshot.taken_by),
                "another user's process is stopped without being root");
  const bool in_conflict = !request.sessions && request.pids.empty();
  for (const std::size_t i : in_conflict ? std::vector<std::size_t>{} : request.keep) {
    for (const Holder& holder : snapshot.sessions[i].holders) {
      const bool is_it = snapshot.processes[holder.process].identity == process.identity;
      CHECK_MESSAGE(!(is_it && holder.confidence != Strength::possible),
                    step.target << " is stopped despite --keep " << snapshot.sessions[i].id);
    }
  }
  if (!in_conflict && !contains(request.pids, pid)) {
    CHECK_MESSAGE(!only_possible(snapshot, process.identity),
                  step.target << " is stopped although it may be an editor");
  }
  CHECK_EQ(step.stopping->uid, process.uid);
}

void check_unit(const Snapshot& snapshot, const Decision& decision, const Step& step) {
  REQUIRE(step.stopping->supervisor);
  CHECK_EQ(step.target, step.stopping->supervisor->unit);
  for (const Kept& kept : decision.kept) {
    const Process& process = process_of(snapshot, kept.process);
    const bool same_user = process.uid == step.stopping->uid;
    CHECK_MESSAGE(!(process.supervisor == step.stopping->supervisor && same_user),
                  "the unit of one that is kept is stopped");
  }
}

void check_order(const Decision& decision) {
  for (std::size_t i = 0; i < decision.plan.size(); ++i) {
    const Step& step = decision.plan[i];
    CHECK_FALSE(step.why.empty());
    CHECK_FALSE(step.target.empty());
    for (const auto& earlier : {step.if_done, step.unless_done}) {
      CHECK_MESSAGE((!earlier || *earlier < i), "a step depends on one that comes after it");
    }
    if (step.kind == StepKind::take_lock) {
      const auto ended = std::ranges::find(decision.plan, StepKind::end_process, &Step::kind);
      CHECK_MESSAGE(ended != decision.plan.end(), "a lock is taken for nothing");
    }
  }
}

/// Who is asked for: every holder of a named session that could use it, and every named process.
std::set<ProcessIdentity> asked_for(const Snapshot& snapshot,
                                    const plan::DisconnectRequest& request) {
  std::set<ProcessIdentity> processes;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const bool named = request.sessions && contains(*request.sessions, i);
    for (const Holder& holder : snapshot.sessions[i].holders) {
      const Process& process = snapshot.processes[holder.process];
      const bool could = judge::could_connect(snapshot.sessions[i], holder, process);
      const bool kept = contains(request.keep, i);
      if ((named && could && !kept) || contains(request.pids, process.identity.pid)) {
        processes.insert(process.identity);
      }
    }
  }
  return processes;
}

void check_nobody_is_forgotten(const Snapshot& snapshot, const plan::DisconnectRequest& request,
                               const Decision& decision,
                               const std::multiset<ProcessIdentity>& ended) {
  for (const ProcessIdentity& process : asked_for(snapshot, request)) {
    const std::string target = "pid:" + std::to_string(process.pid);
    const bool is_kept = std::ranges::any_of(
        decision.kept, [&](const Kept& kept) { return kept.process == process; });
    const bool is_left =
        std::ranges::any_of(decision.left, [&](const Left& left) { return left.target == target; });
    CHECK_MESSAGE((is_kept || is_left || ended.contains(process)),
                  target << " was asked for, and nothing is said of it");
    CHECK_MESSAGE(!(is_left && ended.contains(process)), target << " is stopped and left");
  }
}

void check(const Snapshot& snapshot, const plan::DisconnectRequest& request) {
  const Decision decision = plan::disconnect(snapshot, request);
  CAPTURE(steps(decision));
  CAPTURE(kept(decision));
  CAPTURE(left(decision));
  std::multiset<ProcessIdentity> ended;
  std::set<ProcessIdentity> targets;
  for (const Step& step : decision.plan) {
    if (!step.stopping) continue;
    check_target(snapshot, request, decision, step);
    if (step.kind == StepKind::stop_unit) check_unit(snapshot, decision, step);
    if (step.kind == StepKind::end_process) ended.insert(step.stopping->process);
    targets.insert(step.stopping->process);
  }
  for (const ProcessIdentity& process : targets) {
    CHECK_MESSAGE(ended.count(process) == 1, "pid " << process.pid << " is not ended just once");
  }
  check_order(decision);
  check_nobody_is_forgotten(snapshot, request, decision, ended);
  const bool watches = !decision.plan.empty();
  CHECK_EQ(watches, !ended.empty());
  if (watches) CHECK_EQ(decision.plan.back().kind, StepKind::watch_for_return);
}

}  // namespace

TEST_CASE("whatever the machine and the request, only those are stopped that may be") {
  constexpr unsigned kMachines = 20'000;
  std::size_t with_steps = 0;
  std::size_t with_units = 0;
  std::size_t with_channels = 0;
  for (unsigned seed = 0; seed < kMachines; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const Snapshot snapshot = random_machine(dice);
    const plan::DisconnectRequest request = random_request(dice, snapshot);
    check(snapshot, request);
    const Decision decision = plan::disconnect(snapshot, request);
    const auto has = [&](StepKind kind) {
      return std::ranges::find(decision.plan, kind, &Step::kind) != decision.plan.end();
    };
    with_steps += !decision.plan.empty();
    with_units += has(StepKind::stop_unit);
    with_channels += has(StepKind::stop_channel);
  }
  CHECK_MESSAGE(with_steps > kMachines / 10, "the machines are too tame: " << with_steps);
  CHECK_MESSAGE(with_units > kMachines / 50, "hardly any unit is stopped: " << with_units);
  CHECK_MESSAGE(with_channels > 20, "hardly any gateway is asked: " << with_channels);
}

#include <algorithm>
#include <map>

#include <unistd.h>

#include "observe/holders/holders.h"

namespace wasession::observe {
namespace {

/// The pids above a process, nearest first.
std::vector<int> ancestors_of(int parent) {
  constexpr std::size_t kDeepest = 64;
  std::vector<int> ancestors;
  while (parent > 1 && ancestors.size() < kDeepest) {
    ancestors.push_back(parent);
    const auto process = process_with(parent);
    if (!process) break;
    parent = process->parent;
  }
  return ancestors;
}

bool contains(const std::vector<int>& pids, int pid) {
  return std::find(pids.begin(), pids.end(), pid) != pids.end();
}

/// A lease ties it, and besides only what it passes on to its children: it may be a shell or a
/// launcher, whose child does the work.
bool only_leases(const Holder& holder) {
  const auto is_lease = [](const Evidence& evidence) {
    return evidence.kind == EvidenceKind::lease;
  };
  return std::ranges::any_of(holder.evidence, is_lease) &&
         std::ranges::all_of(holder.evidence, [&](const Evidence& evidence) {
           return is_lease(evidence) || evidence.strength == Strength::possible;
         });
}

/// A shell or a supervisor that was told the same things as the program below it holds nothing
/// itself; nor does the shell in which wasession was typed.
void drop_wrappers(const Snapshot& snapshot, std::vector<Holder>& holders,
                   std::map<int, std::vector<int>>& ancestors) {
  const auto above = [&](int pid, int parent) -> const std::vector<int>& {
    const auto [known, is_new] = ancestors.try_emplace(pid);
    if (is_new) known->second = ancestors_of(parent);
    return known->second;
  };
  static const int self = ::getpid();
  const std::vector<int>& own = above(self, ::getppid());
  std::vector<Holder> kept;
  for (const Holder& holder : holders) {
    const Process& process = snapshot.processes[holder.process];
    const bool leases = only_leases(holder);
    const Strength least = leases ? Strength::likely : holder.confidence;
    const bool wraps = std::any_of(holders.begin(), holders.end(), [&](const Holder& other) {
      const Process& below = snapshot.processes[other.process];
      return other.confidence >= least &&
             contains(above(below.identity.pid, below.parent), process.identity.pid);
    });
    const bool idle =
        (leases || holder.confidence == Strength::possible) && process.connections.empty();
    if (idle && (wraps || contains(own, process.identity.pid))) continue;
    kept.push_back(holder);
  }
  holders = std::move(kept);
}

/// How many different credentials a process holds, likely or certainly, each process by position.
std::vector<std::size_t> credentials_held(const Snapshot& snapshot) {
  std::vector<std::vector<Fingerprint>> held(snapshot.processes.size());
  for (const Session& session : snapshot.sessions) {
    for (const Holder& holder : session.holders) {
      if (holder.confidence == Strength::possible || !session.credential.fingerprint) continue;
      auto& fingerprints = held[holder.process];
      if (std::find(fingerprints.begin(), fingerprints.end(), *session.credential.fingerprint) ==
          fingerprints.end()) {
        fingerprints.push_back(*session.credential.fingerprint);
      }
    }
  }
  std::vector<std::size_t> counts;
  for (const auto& fingerprints : held) counts.push_back(fingerprints.size());
  return counts;
}

}  // namespace

std::vector<int> own_family() {
  std::vector<int> family = ancestors_of(::getppid());
  family.push_back(::getpid());
  return family;
}

void add_evidence(Snapshot& snapshot, std::size_t session, const Process& process,
                  Evidence evidence) {
  auto& processes = snapshot.processes;
  const auto same = std::find_if(processes.begin(), processes.end(), [&](const Process& known) {
    return known.identity == process.identity;
  });
  const auto position = static_cast<std::size_t>(same - processes.begin());
  if (same == processes.end()) processes.push_back(process);
  auto& holders = snapshot.sessions[session].holders;
  auto holder = std::find_if(holders.begin(), holders.end(),
                             [&](const Holder& known) { return known.process == position; });
  if (holder == holders.end()) {
    holder = holders.insert(holders.end(), Holder{position, evidence.strength, {}, false});
  }
  holder->confidence = std::max(holder->confidence, evidence.strength);
  holder->evidence.push_back(std::move(evidence));
}

void settle_holders(Snapshot& snapshot) {
  std::map<int, std::vector<int>> ancestors;
  for (Session& session : snapshot.sessions) {
    if (session.holders.empty()) continue;
    drop_wrappers(snapshot, session.holders, ancestors);
    for (Holder& holder : session.holders) {
      std::stable_sort(
          holder.evidence.begin(), holder.evidence.end(),
          [](const Evidence& a, const Evidence& b) { return a.strength > b.strength; });
    }
    std::stable_sort(session.holders.begin(), session.holders.end(),
                     [](const Holder& a, const Holder& b) { return a.confidence > b.confidence; });
  }
  const std::vector<std::size_t> credentials = credentials_held(snapshot);
  for (Session& session : snapshot.sessions) {
    for (Holder& holder : session.holders) {
      const auto& connections = snapshot.processes[holder.process].connections;
      const std::size_t open = established(connections);
      holder.two_sockets = holder.confidence != Strength::possible &&
                           credentials[holder.process] > 0 && open > credentials[holder.process];
      if (holder.confidence != Strength::possible) session.activity = Activity::live;
    }
  }
  std::erase_if(snapshot.strangers, [&](std::size_t process) {
    return std::any_of(
        snapshot.sessions.begin(), snapshot.sessions.end(), [&](const Session& session) {
          return std::any_of(session.holders.begin(), session.holders.end(),
                             [&](const Holder& holder) { return holder.process == process; });
        });
  });
}

}  // namespace wasession::observe

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "judge/conflict.h"
#include "judge/remedies.h"
#include "judge/sentences.h"
#include "plan/plan.h"
#include "plan/stop.h"

namespace wasession::plan {
namespace {

bool contains(const std::vector<std::size_t>& positions, std::size_t position) {
  return std::ranges::find(positions, position) != positions.end();
}

/// Who goes on, and why, each process once.
class Keepers {
 public:
  void add(const Snapshot& snapshot, std::size_t session, std::size_t process, std::string why) {
    if (contains(processes_, process)) return;
    processes_.push_back(process);
    kept_.push_back(
        {snapshot.sessions[session].id, snapshot.processes[process].identity, std::move(why)});
  }

  const std::vector<std::size_t>& processes() const { return processes_; }
  std::vector<Kept> kept() const { return kept_; }

 private:
  std::vector<std::size_t> processes_;
  std::vector<Kept> kept_;
};

/// Whoever holds a session that the user wants to go on.
void keep_sessions(const Snapshot& snapshot, const DisconnectRequest& request, Keepers& keepers) {
  for (const std::size_t i : request.keep) {
    for (const Holder& holder : snapshot.sessions[i].holders) {
      if (holder.confidence == Strength::possible) continue;
      keepers.add(snapshot, i, holder.process, "--keep names its session");
    }
  }
}

/// Processes that the user wants to go on.
void keep_named(const Snapshot& snapshot, const DisconnectRequest& request, Keepers& keepers) {
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    for (const Holder& holder : snapshot.sessions[i].holders) {
      const int pid = snapshot.processes[holder.process].identity.pid;
      if (std::ranges::find(request.keep_pids, pid) != request.keep_pids.end()) {
        keepers.add(snapshot, i, holder.process, "--keep names it");
      }
    }
  }
}

/// The targets, each process once, in the order in which they were found.
class Targets {
 public:
  /// A process to stop for the sake of one session.
  void add(std::size_t session, std::size_t process, Strength confidence, bool named,
           const std::string& why) {
    Target& target = add(process, confidence, named, why);
    if (!contains(target.sessions, session)) target.sessions.push_back(session);
    std::sort(target.sessions.begin(), target.sessions.end());
  }

  Target& add(std::size_t process, Strength confidence, bool named, const std::string& why) {
    const auto [known, is_new] = positions_.try_emplace(process, targets_.size());
    if (is_new) targets_.push_back({process, {}, why, confidence, named});
    Target& target = targets_[known->second];
    target.confidence = std::max(target.confidence, confidence);
    return target;
  }

  const std::vector<Target>& targets() const { return targets_; }

 private:
  std::map<std::size_t, std::size_t> positions_;
  std::vector<Target> targets_;
};

/// Of one credential's users all but the one that stays.
void end_conflict(const Snapshot& snapshot, const DisconnectRequest& request,
                  const judge::Credential& credential, Keepers& keepers, Targets& targets) {
  std::vector<judge::User> candidates;
  for (const judge::User& user : credential.users) {
    const int pid = snapshot.processes[user.process].identity.pid;
    const bool by_pid = std::ranges::find(request.keep_pids, pid) != request.keep_pids.end();
    if (by_pid || contains(request.keep, user.session)) candidates.push_back(user);
  }
  const bool wanted = !candidates.empty();
  const judge::User keeper = judge::keeper_of(snapshot, wanted ? candidates : credential.users);
  keepers.add(snapshot, keeper.session, keeper.process,
              wanted ? "--keep names it" : judge::why_kept(snapshot, keeper));
  for (const judge::User& user : credential.users) {
    if (user.process == keeper.process) continue;
    // A rival that waits for its retry has no connection: that the fight goes on makes it likely.
    targets.add(
        user.session, user.process, std::max(user.holder->confidence, Strength::likely), false,
        fmt::format("{} uses {}, the credential of {}, which {} uses too",
                    judge::name_process(snapshot.processes[user.process]),
                    snapshot.sessions[user.session].id, snapshot.sessions[keeper.session].id,
                    judge::name_process(snapshot.processes[keeper.process])));
  }
}

/// Conflicts that no stop can end: one process that replaces itself.
void leave_self_rivals(const Snapshot& snapshot, const judge::Credential& credential,
                       Decision& decision) {
  const judge::User& user = credential.users.front();
  const Process& process = snapshot.processes[user.process];
  decision.left.push_back(
      {fmt::format("pid:{}", process.identity.pid),
       fmt::format("{} has two connections for {}: it replaces itself, and must be restarted",
                   judge::name_process(process), snapshot.sessions[user.session].id),
       judge::restart_commands(process).front()});
}

/// A 440 without a rival on this machine: nothing here can be stopped.
void leave_elsewhere(const Snapshot& snapshot, const judge::Credential& credential,
                     Decision& decision) {
  const std::string& id = snapshot.sessions[credential.sessions.front()].id;
  decision.left.push_back({id,
                           fmt::format("WhatsApp closed {} with 440 of late, and no process here "
                                       "is the rival: doctor tells what to do",
                                       id),
                           "wasession doctor " + judge::quoted(id)});
}

void add_conflicts(const Snapshot& snapshot, const DisconnectRequest& request, Keepers& keepers,
                   Targets& targets, Decision& decision) {
  const judge::Conflicts conflicts = judge::conflicts_of(snapshot);
  for (const judge::Credential& credential : conflicts.credentials) {
    if (judge::has_rivals(credential)) {
      if (judge::processes_of(credential.users).size() > 1) {
        end_conflict(snapshot, request, credential, keepers, targets);
      } else {
        leave_self_rivals(snapshot, credential, decision);
      }
    } else if (judge::has_two_sockets(credential) &&
               judge::is_fresh(snapshot, judge::replaced_incidents(conflicts, credential), false)) {
      leave_self_rivals(snapshot, credential, decision);
    } else if (judge::is_fresh(snapshot, judge::replaced_incidents(conflicts, credential),
                               judge::is_connected(snapshot, credential))) {
      leave_elsewhere(snapshot, credential, decision);
    }
  }
}

/// Every holder of the named sessions, but for those that are to be kept.
void add_named(const Snapshot& snapshot, const DisconnectRequest& request, const Keepers& keepers,
               Targets& targets) {
  for (const std::size_t i : *request.sessions) {
    if (contains(request.keep, i)) continue;
    const Session& session = snapshot.sessions[i];
    for (const Holder& holder : session.holders) {
      const Process& process = snapshot.processes[holder.process];
      if (contains(keepers.processes(), holder.process)) continue;
      if (!judge::could_connect(session, holder, process)) continue;
      // A bystander may have a directory far above the store in its arguments.
      if (holder.confidence == Strength::possible && !judge::names_store(holder)) continue;
      const Strength confidence = judge::has_in_memory(holder)
                                      ? std::max(holder.confidence, Strength::likely)
                                      : holder.confidence;
      targets.add(i, holder.process, confidence, true,
                  fmt::format("{} uses {}", judge::name_process(process), session.id));
    }
  }
}

/// `pid:N`: that process and no other holder of what it holds.
void add_processes(const Snapshot& snapshot, const DisconnectRequest& request, Targets& targets) {
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    for (const Holder& holder : session.holders) {
      const Process& process = snapshot.processes[holder.process];
      if (std::ranges::find(request.pids, process.identity.pid) == request.pids.end()) continue;
      targets.add(
          i, holder.process, std::max(holder.confidence, Strength::likely), true,
          fmt::format("{} uses {}, and was named", judge::name_process(process), session.id));
    }
  }
  for (const Lease& lease : snapshot.leases) {
    const Process& process = snapshot.processes[lease.process];
    if (std::ranges::find(request.pids, process.identity.pid) == request.pids.end()) continue;
    targets.add(lease.process, Strength::certain, true,
                fmt::format("{} has the lease of {}, and was named", judge::name_process(process),
                            lease.record.claim.account));
  }
}

/// Locks that name a dead process keep the one that stays waiting.
void add_stale_locks(const Snapshot& snapshot, const Targets& targets, Decision& decision) {
  for (const StaleLock& lock : snapshot.condition.stale_locks) {
    if (!lock.session) continue;
    const bool concerned = std::ranges::any_of(targets.targets(), [&](const Target& target) {
      return contains(target.sessions, *lock.session);
    });
    if (!concerned) continue;
    Step step;
    step.kind = StepKind::remove_stale_lock;
    step.target = lock.path;
    step.why = fmt::format("it is a lock of process {}, which has ended", lock.owner.pid);
    step.identity = lock.identity;
    step.owner = lock.owner;
    decision.plan.push_back(std::move(step));
  }
}

}  // namespace

Decision disconnect(const Snapshot& snapshot, const DisconnectRequest& request) {
  Decision decision;
  Keepers keepers;
  Targets targets;
  const bool in_conflict = !request.sessions && request.pids.empty();
  keep_named(snapshot, request, keepers);
  if (!in_conflict) keep_sessions(snapshot, request, keepers);
  if (request.sessions) add_named(snapshot, request, keepers, targets);
  add_processes(snapshot, request, targets);
  if (in_conflict) {
    add_conflicts(snapshot, request, keepers, targets, decision);
  }
  decision.kept = keepers.kept();
  Stops stops(snapshot, request.force, keepers.processes(), request.whole_processes);
  for (const Target& target : targets.targets()) {
    if (!contains(keepers.processes(), target.process)) {
      stops.add(target, decision);
      continue;
    }
    decision.left.push_back({fmt::format("pid:{}", snapshot.processes[target.process].identity.pid),
                             fmt::format("{} uses {} too, and is kept for another of its sessions",
                                         judge::name_process(snapshot.processes[target.process]),
                                         judge::name_sessions(snapshot, target.sessions)),
                             ""});
  }
  if (stops.stopped_any()) add_stale_locks(snapshot, targets, decision);
  stops.add_watch(decision);
  return decision;
}

bool may_be_a_fight(const Snapshot& snapshot) {
  const judge::Conflicts conflicts = judge::conflicts_of(snapshot);
  return std::ranges::any_of(conflicts.credentials, [](const judge::Credential& credential) {
    if (judge::has_rivals(credential) || credential.waiting.empty()) return false;
    std::vector<judge::User> all = credential.users;
    all.insert(all.end(), credential.waiting.begin(), credential.waiting.end());
    return judge::processes_of(all).size() > 1;
  });
}

}  // namespace wasession::plan

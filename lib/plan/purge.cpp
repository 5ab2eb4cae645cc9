#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "judge/conflict.h"
#include "judge/judge.h"
#include "judge/remedies.h"
#include "judge/rules.h"
#include "judge/sentences.h"
#include "plan/plan.h"
#include "plan/stop.h"

namespace wasession::plan {
namespace {

using Positions = std::vector<std::size_t>;

bool contains(const Positions& positions, std::size_t position) {
  return std::ranges::find(positions, position) != positions.end();
}

/// Who would be left with a credential in its memory and no file: also one that is only possible,
/// for a client that waits for its retry looks so.
Positions users_of(const Snapshot& snapshot, const Session& session) {
  Positions processes;
  for (const Holder& holder : session.holders) {
    const Process& process = snapshot.processes[holder.process];
    const bool stands_near = holder.confidence == Strength::possible && !judge::names_store(holder);
    if (judge::could_connect(session, holder, process) && !stands_near) {
      processes.push_back(holder.process);
    }
  }
  return processes;
}

/// Those of them that are more than possible: what --force would stop.
Positions sure_users_of(const Snapshot& snapshot, const Session& session) {
  Positions users = users_of(snapshot, session);
  std::erase_if(users, [&](std::size_t process) {
    const auto holder = std::ranges::find(session.holders, process, &Holder::process);
    return holder->confidence == Strength::possible && !judge::has_in_memory(*holder);
  });
  return users;
}

Step purge_step(const Snapshot& snapshot, const Session& session, bool quarantine,
                const Positions& users) {
  Step step;
  step.kind = quarantine ? StepKind::quarantine : StepKind::erase;
  step.target = session.store.path;
  step.identity = session.store.identity;
  step.why =
      quarantine
          ? fmt::format("the credential of {} goes to quarantine; restore puts it back", session.id)
          : fmt::format("the credential of {} is deleted for good", session.id);
  Purge purge;
  purge.session = session.id;
  purge.tool = session.store.tool;
  purge.kind = session.store.kind;
  purge.jid = session.credential.jid;
  for (const std::size_t process : users) {
    purge.ended.push_back(snapshot.processes[process].identity);
  }
  step.purge = std::move(purge);
  return step;
}

/// One look, at the end: a gateway that was missed would make the directory anew.
void add_last_look(const Snapshot& snapshot, const Positions& purged, bool brief,
                   Decision& decision) {
  if (purged.empty()) return;
  Step step;
  step.kind = StepKind::watch_for_return;
  Watch watch;
  watch.brief = brief;
  std::vector<std::string> ids;
  for (const std::size_t i : purged) {
    const Session& session = snapshot.sessions[i];
    ids.push_back(session.id);
    // The other devices of a database stay, and so does its path.
    if (session.store.kind == StoreKind::baileys_directory) {
      watch.paths.push_back(session.store.path);
    }
  }
  for (const Process& process : snapshot.processes) watch.known.push_back(process.identity);
  watch.sessions = ids;
  step.target = judge::listed(ids);
  step.why = "a client that was not seen would make the credential anew";
  step.watch = std::move(watch);
  decision.plan.push_back(std::move(step));
}

/// Leaves what somebody uses, with the command that would free it.
void leave_held(const Snapshot& snapshot, const Session& session, const Positions& users,
                Decision& decision) {
  decision.left.push_back(
      {session.id,
       fmt::format("{} is in use by {}: it would go on without a file, and write a new one",
                   session.id, judge::name_processes(snapshot, users)),
       fmt::format("wasession disconnect {} --force", judge::quoted(session.id))});
}

/// Those that must have ended: a gateway that can end one account goes on, and the watch tells
/// whether it let go.
Positions without_channels(const Snapshot& snapshot, Positions users, const Decision& decision) {
  std::erase_if(users, [&](std::size_t process) {
    return std::ranges::any_of(decision.plan, [&](const Step& step) {
      return step.kind == StepKind::stop_channel &&
             step.stopping->process == snapshot.processes[process].identity;
    });
  });
  return users;
}

/// Disconnects who holds the sessions; says which of them can be purged after that.
Positions disconnected_first(const Snapshot& snapshot, const Positions& held, Decision& decision) {
  DisconnectRequest request;
  request.sessions = held;
  request.force = true;
  Decision first = disconnect(snapshot, request);
  decision.plan = std::move(first.plan);
  decision.left = std::move(first.left);
  Positions free;
  for (const std::size_t i : held) {
    const auto users = sure_users_of(snapshot, snapshot.sessions[i]);
    const bool all_end = std::ranges::all_of(users, [&](std::size_t process) {
      return std::ranges::any_of(decision.plan, [&](const Step& step) {
        return step.kind == StepKind::end_process &&
               step.stopping->process == snapshot.processes[process].identity;
      });
    });
    if (all_end) free.push_back(i);
  }
  return free;
}

}  // namespace

std::vector<std::size_t> logged_out_sessions(const Snapshot& snapshot) {
  std::set<std::size_t> positions;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    if (snapshot.sessions[i].credential.state == State::logged_out) positions.insert(i);
  }
  for (const Finding& finding : judge::judge(snapshot)) {
    if (finding.code != judge::code::kLoggedOut) continue;
    positions.insert(finding.sessions.begin(), finding.sessions.end());
  }
  return {positions.begin(), positions.end()};
}

Decision purge(const Snapshot& snapshot, const PurgeRequest& request) {
  Decision decision;
  Positions held;
  for (const std::size_t i : request.sessions) {
    if (!users_of(snapshot, snapshot.sessions[i]).empty()) held.push_back(i);
  }
  Positions free;
  if (request.force && !held.empty()) free = disconnected_first(snapshot, held, decision);
  const auto watch = std::ranges::find(decision.plan, StepKind::watch_for_return, &Step::kind);
  std::optional<std::size_t> watched;
  if (watch != decision.plan.end()) {
    watched = static_cast<std::size_t>(watch - decision.plan.begin());
  }
  Positions purged;
  for (const std::size_t i : request.sessions) {
    const Session& session = snapshot.sessions[i];
    const Positions users = users_of(snapshot, session);
    if (!users.empty() && !contains(free, i)) {
      if (!request.force) leave_held(snapshot, session, users, decision);
      continue;
    }
    Step step = purge_step(snapshot, session, request.quarantine,
                           without_channels(snapshot, sure_users_of(snapshot, session), decision));
    for (const Step& earlier : decision.plan) {
      if (earlier.kind == StepKind::stop_channel) {
        step.purge->let_go.push_back(earlier.stopping->process);
      }
    }
    if (!users.empty()) step.if_done = watched;
    decision.plan.push_back(std::move(step));
    purged.push_back(i);
  }
  add_last_look(snapshot, purged, !watched, decision);
  return decision;
}

}  // namespace wasession::plan

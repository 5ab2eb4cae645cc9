// One credential, used twice on this machine.
#include <algorithm>

#include <fmt/format.h>

#include "judge/conflict.h"
#include "judge/remedies.h"
#include "judge/rules.h"
#include "judge/sentences.h"

namespace wasession::judge {
namespace {

constexpr std::size_t kMostCommands = 4;

constexpr std::string_view kOneConnection =
    "WhatsApp keeps one connection for each linked device: when the same credential logs in "
    "again, the earlier connection is closed with 440 (conflict, replaced).";

void add_command(std::vector<std::string>& commands, std::string command) {
  if (std::find(commands.begin(), commands.end(), command) == commands.end()) {
    commands.push_back(std::move(command));
  }
}

/// Stops every user but one process; at most a few, for a remedy is read.
std::vector<std::string> stop_others(const Snapshot& snapshot, const std::vector<User>& users,
                                     std::size_t keep) {
  std::vector<const Process*> others;
  for (const std::size_t i : processes_of(users)) {
    if (i != keep && others.size() < kMostCommands) others.push_back(&snapshot.processes[i]);
  }
  if (others.empty()) return {};
  return {stop_command(others, snapshot.processes[keep])};
}

/// Takes every copy away but those in one store.
void purge_others(const Snapshot& snapshot, const Credential& credential, std::size_t store,
                  std::vector<std::string>& commands) {
  std::size_t left = kMostCommands;
  for (std::size_t i = 0; i < credential.sessions.size() && left > 0; ++i) {
    const std::size_t session = credential.sessions[i];
    if (credential.stores[i] == store || credential.stores[i] != session) continue;
    add_command(commands, purge_command(snapshot.sessions[session]));
    --left;
  }
}

Finding finding_of(std::string_view code, Severity severity, const Conflicts& conflicts,
                   const Credential& credential) {
  Finding finding;
  finding.code = code;
  finding.severity = severity;
  finding.incidents = replaced_incidents(conflicts, credential);
  return finding;
}

std::vector<std::size_t> processes_in(const std::vector<User>& users, std::size_t session) {
  std::vector<std::size_t> processes;
  for (const User& user : users) {
    if (user.session == session) processes.push_back(user.process);
  }
  return processes;
}

/// `a (used by pid 1 (…)), b (perhaps used by pid 2 (…)) and c (idle)`
std::string copies_with_users(const Snapshot& snapshot, const Credential& credential) {
  std::vector<std::string> names;
  for (const std::size_t session : credential.sessions) {
    const std::vector<std::size_t> users = processes_in(credential.users, session);
    const std::vector<std::size_t> waiting = processes_in(credential.waiting, session);
    std::string use = "idle";
    if (!users.empty())
      use = "used by " + name_processes(snapshot, users);
    else if (!waiting.empty())
      use = "perhaps used by " + name_processes(snapshot, waiting);
    names.push_back(fmt::format("{} ({})", snapshot.sessions[session].id, use));
  }
  // What is in use goes first, so that it is named.
  std::stable_partition(names.begin(), names.end(),
                        [](const std::string& name) { return !name.ends_with("(idle)"); });
  return listed(names);
}

/// Processes that use different stores of it, or one that is connected through two.
bool is_used_through_two_stores(const Credential& credential) {
  const auto other = [&](const User& user) { return user.store != credential.users[0].store; };
  return has_rivals(credential) &&
         std::any_of(credential.users.begin(), credential.users.end(), other);
}

Finding copies_in_use(const Snapshot& snapshot, const Conflicts& conflicts,
                      const Credential& credential) {
  Finding finding = finding_of(code::kCopiedCredential, Severity::error, conflicts, credential);
  const User& keeper = keeper_of(snapshot, credential.users);
  finding.sessions = credential.sessions;
  finding.processes = processes_of(credential.users);
  finding.summary = fmt::format("One credential is in use twice, through copies: {}.",
                                copies_with_users(snapshot, credential));
  finding.explanation =
      fmt::format("{} Both reconnect, so they replace each other in turn. The commands keep {}.",
                  kOneConnection, snapshot.sessions[keeper.session].id);
  finding.remedy = stop_others(snapshot, credential.users, keeper.process);
  purge_others(snapshot, credential, keeper.store, finding.remedy);
  if (finding.processes.size() == 1) {
    for (auto& command : restart_commands(snapshot.processes[keeper.process])) {
      finding.remedy.push_back(std::move(command));
    }
  }
  finding.remedy.push_back(comment(
      "To run both, let the other scan a QR code of its own: two devices do not conflict."));
  return finding;
}

/// The copy that stays: one in use, else the one that was used last.
std::size_t copy_to_keep(const Snapshot& snapshot, const Credential& credential) {
  if (!credential.users.empty()) return keeper_of(snapshot, credential.users).session;
  return *std::max_element(credential.sessions.begin(), credential.sessions.end(),
                           [&](std::size_t a, std::size_t b) {
                             const Session& left = snapshot.sessions[a];
                             const Session& right = snapshot.sessions[b];
                             if (left.store.configured != right.store.configured)
                               return right.store.configured;
                             return left.credential.last_used_at < right.credential.last_used_at;
                           });
}

/// Copies of which at most one is in use. A 440 of late makes it the suspect: whatever used the
/// other copy may be between two of its runs.
Finding copies_at_rest(const Snapshot& snapshot, const Conflicts& conflicts,
                       const Credential& credential) {
  Finding finding = finding_of(code::kCopiedCredential, Severity::warning, conflicts, credential);
  const std::size_t keep = copy_to_keep(snapshot, credential);
  const auto at = std::find(credential.sessions.begin(), credential.sessions.end(), keep);
  const std::size_t store =
      credential.stores[static_cast<std::size_t>(at - credential.sessions.begin())];
  const bool explained = has_rivals(credential) || has_two_sockets(credential);
  const bool fresh =
      !explained && is_fresh(snapshot, finding.incidents, is_connected(snapshot, credential));
  if (fresh) finding.severity = Severity::error;
  finding.sessions = credential.sessions;
  finding.processes = processes_of(credential.users);
  finding.summary = fmt::format("One credential lies in {} stores: {}.", count_stores(credential),
                                copies_with_users(snapshot, credential));
  finding.explanation =
      fresh ? fmt::format(
                  "{} That happened {} of late, and no second user is seen right now: what "
                  "uses the idle copy may just not be running, or the rival is elsewhere.",
                  kOneConnection, times(finding.incidents.size()))
            : fmt::format(
                  "{} As soon as a second program starts with a copy, they replace each "
                  "other. The commands keep {}.",
                  kOneConnection, snapshot.sessions[keep].id);
  purge_others(snapshot, credential, store, finding.remedy);
  return finding;
}

bool all_logged_out(const Snapshot& snapshot, const Credential& credential) {
  return std::all_of(credential.sessions.begin(), credential.sessions.end(), [&](std::size_t i) {
    return snapshot.sessions[i].credential.state == State::logged_out;
  });
}

/// OpenClaw's gateway by its lock of either kind, or by the title that it gives itself.
bool is_gateway(const Snapshot& snapshot, const User& user) {
  if (snapshot.processes[user.process].command.starts_with("openclaw")) return true;
  const auto& evidence = user.holder->evidence;
  return std::any_of(evidence.begin(), evidence.end(), [](const Evidence& fact) {
    return fact.kind == EvidenceKind::gateway_lock || fact.kind == EvidenceKind::openclaw_lock;
  });
}

/// The users of one store, where more than one process uses it: each store by its number.
std::vector<std::vector<User>> crowds_of(const Credential& credential) {
  std::vector<User> users = credential.users;
  std::stable_sort(users.begin(), users.end(),
                   [](const User& a, const User& b) { return a.store < b.store; });
  std::vector<std::vector<User>> crowds;
  for (auto first = users.begin(); first != users.end();) {
    const auto last = std::find_if(first, users.end(),
                                   [&](const User& user) { return user.store != first->store; });
    std::vector<User> crowd(first, last);
    if (processes_of(crowd).size() > 1) crowds.push_back(std::move(crowd));
    first = last;
  }
  return crowds;
}

/// Both rules look at the same crowds; each takes its own.
void judge_crowds(const Snapshot& snapshot, bool gateways, std::vector<Finding>& findings) {
  const Conflicts conflicts = conflicts_of(snapshot);
  for (const Credential& credential : conflicts.credentials) {
    for (const std::vector<User>& crowd : crowds_of(credential)) {
      const bool only_gateways = std::all_of(
          crowd.begin(), crowd.end(), [&](const User& user) { return is_gateway(snapshot, user); });
      if (only_gateways != gateways) continue;
      Finding finding = finding_of(gateways ? code::kDuplicateGateway : code::kTwoHolders,
                                   Severity::error, conflicts, credential);
      for (const User& user : crowd) finding.sessions.push_back(user.session);
      finding.sessions.erase(std::unique(finding.sessions.begin(), finding.sessions.end()),
                             finding.sessions.end());
      finding.processes = processes_of(crowd);
      const std::size_t keep = keeper_of(snapshot, crowd).process;
      finding.summary = fmt::format("{} {} use {} at once: {}.", finding.processes.size(),
                                    gateways ? "OpenClaw gateways" : "processes",
                                    name_sessions(snapshot, finding.sessions),
                                    name_processes(snapshot, finding.processes));
      finding.explanation =
          fmt::format("{} Each of them takes the connection from the other. The commands keep {}.",
                      kOneConnection, name_process(snapshot.processes[keep]));
      finding.remedy = stop_others(snapshot, crowd, keep);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

void copied_credential(const Snapshot& snapshot, std::vector<Finding>& findings) {
  const Conflicts conflicts = conflicts_of(snapshot);
  for (const Credential& credential : conflicts.credentials) {
    if (count_stores(credential) < 2) continue;
    if (is_used_through_two_stores(credential)) {
      findings.push_back(copies_in_use(snapshot, conflicts, credential));
    } else if (!all_logged_out(snapshot, credential)) {
      findings.push_back(copies_at_rest(snapshot, conflicts, credential));
    }
  }
}

void two_holders(const Snapshot& snapshot, std::vector<Finding>& findings) {
  judge_crowds(snapshot, false, findings);
}

void duplicate_gateway(const Snapshot& snapshot, std::vector<Finding>& findings) {
  judge_crowds(snapshot, true, findings);
}

void two_sockets(const Snapshot& snapshot, std::vector<Finding>& findings) {
  const Conflicts conflicts = conflicts_of(snapshot);
  for (const Credential& credential : conflicts.credentials) {
    if (has_rivals(credential) || !has_two_sockets(credential)) continue;
    Finding finding = finding_of(code::kTwoSockets, Severity::warning, conflicts, credential);
    const User& user = credential.users[0];
    const Process& process = snapshot.processes[user.process];
    // A second connection stays open while 440s go on.
    const bool fresh = is_fresh(snapshot, finding.incidents, false);
    if (fresh) finding.severity = Severity::error;
    finding.sessions = {user.session};
    finding.processes = {user.process};
    const std::string what =
        user.holder->two_sockets
            ? fmt::format("has {} connections to WhatsApp", established(process.connections))
            : std::string("logs in a second time while it is connected, as its log shows,");
    finding.summary = fmt::format("{} {} and uses {}.", name_process(process), what,
                                  snapshot.sessions[user.session].id);
    finding.explanation =
        fresh
            ? fmt::format(
                  "{} No other process here uses it: this one opened a new connection "
                  "without ending the old one, and replaces itself.",
                  kOneConnection)
            : "A program that reconnects without ending its old connection replaces itself, which "
              "is 440. Sending or loading media also opens a second connection for a moment: "
              "then there is nothing to do.";
    finding.remedy = restart_commands(process);
    findings.push_back(std::move(finding));
  }
}

}  // namespace wasession::judge

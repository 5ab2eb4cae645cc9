#include "judge/conflict.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "judge/sentences.h"

namespace wasession::judge {
namespace {

using namespace std::chrono_literals;

constexpr auto kFight = 1h;
/// Longer than any of the tools waits between two tries (37 s; openclaw.md section 7).
constexpr auto kPeace = 10min;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool has_evidence(const Holder& holder, EvidenceKind kind) {
  return std::any_of(holder.evidence.begin(), holder.evidence.end(),
                     [&](const Evidence& evidence) { return evidence.kind == kind; });
}

/// A wacli command that needs no connection (`messages search`) opens the database beside the one
/// that is connected. No wacli connects without the lock (wacli.md section 3).
bool is_wacli_without_lock(const Session& session, const Holder& holder, const Process& process) {
  return session.store.tool == Tool::wacli && base_name(process.executable).starts_with("wacli") &&
         process.connections.empty() && !has_evidence(holder, EvidenceKind::wacli_lock);
}

/// An editor, a pager or a shell: a program of the system that is no interpreter.
bool is_system_tool(const Process& process) {
  constexpr std::array<std::string_view, 4> kDirectories = {"/bin/", "/usr/bin/", "/sbin/",
                                                            "/usr/sbin/"};
  constexpr std::array<std::string_view, 9> kInterpreters = {
      "node", "bun", "deno", "python", "java", "ruby", "php", "perl", "dotnet"};
  const std::string_view path = process.executable;
  const std::string_view name = base_name(path);
  const std::string_view directory = path.substr(0, path.size() - name.size());
  if (std::find(kDirectories.begin(), kDirectories.end(), directory) == kDirectories.end()) {
    return false;
  }
  return std::none_of(kInterpreters.begin(), kInterpreters.end(),
                      [&](std::string_view program) { return name.starts_with(program); });
}

bool leads_to_store(const Holder& holder) {
  return std::any_of(holder.evidence.begin(), holder.evidence.end(), [](const Evidence& evidence) {
    return evidence.kind != EvidenceKind::working_directory &&
           evidence.kind != EvidenceKind::open_file;
  });
}

/// One process is above the other: what a program starts inherits its environment.
class Families {
 public:
  explicit Families(const Snapshot& snapshot) : snapshot_(snapshot) {
    for (const Process& process : snapshot.processes) {
      parents_.emplace(process.identity.pid, process.parent);
    }
  }

  bool are_related(std::size_t a, std::size_t b) const {
    return a == b || is_above(a, b) || is_above(b, a);
  }

 private:
  bool is_above(std::size_t upper, std::size_t lower) const {
    constexpr int kDeepest = 64;
    int pid = snapshot_.processes[lower].parent;
    for (int depth = 0; pid > 1 && depth < kDeepest; ++depth) {
      if (pid == snapshot_.processes[upper].identity.pid) return true;
      const auto parent = parents_.find(pid);
      if (parent == parents_.end()) return false;
      pid = parent->second;
    }
    return false;
  }

  const Snapshot& snapshot_;
  std::unordered_map<int, int> parents_;
};

/// A store is the first copy of its identity; without one each path is a store.
void find_stores(const Snapshot& snapshot, Credential& credential) {
  std::map<FileIdentity, std::size_t> first;
  for (const std::size_t i : credential.sessions) {
    const FileIdentity identity = snapshot.sessions[i].store.identity;
    const bool known = identity != FileIdentity{};
    credential.stores.push_back(known ? first.try_emplace(identity, i).first->second : i);
  }
}

void add_users(const Snapshot& snapshot, const Families& families, bool fighting,
               Credential& credential) {
  for (std::size_t copy = 0; copy < credential.sessions.size(); ++copy) {
    const std::size_t i = credential.sessions[copy];
    for (const Holder& holder : snapshot.sessions[i].holders) {
      const Process& process = snapshot.processes[holder.process];
      if (!could_connect(snapshot.sessions[i], holder, process)) continue;
      auto& list = holder.confidence == Strength::possible ? credential.waiting : credential.users;
      list.push_back({i, holder.process, credential.stores[copy], &holder});
    }
  }
  const std::size_t certain = credential.users.size();
  std::erase_if(credential.waiting, [&](const User& user) {
    return std::any_of(
        credential.users.begin(), credential.users.begin() + static_cast<std::ptrdiff_t>(certain),
        [&](const User& other) { return families.are_related(user.process, other.process); });
  });
  if (fighting) {
    // Of a family that waits as a whole one is enough.
    for (const User& user : credential.waiting) {
      const bool related = std::any_of(
          credential.users.begin(), credential.users.end(),
          [&](const User& other) { return families.are_related(user.process, other.process); });
      if (!related) credential.users.push_back(user);
    }
    credential.waiting.clear();
  }
  std::stable_sort(credential.users.begin(), credential.users.end(),
                   [](const User& a, const User& b) { return a.session < b.session; });
}

/// For each session its credential, as a number: the first of its copies. kNone without one.
std::vector<std::size_t> first_copies(const Snapshot& snapshot) {
  std::vector<std::size_t> first(snapshot.sessions.size(), kNone);
  for (std::size_t i = 0; i < first.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    if (!session.credential.fingerprint) continue;
    first[i] =
        session.credential_group ? snapshot.credential_groups[*session.credential_group][0] : i;
  }
  return first;
}

bool in_last_hour(const Snapshot& snapshot, const Suspects& suspects) {
  return snapshot.taken_at - snapshot.incidents[suspects.incidents.back()].at <= kFight;
}

/// The 440s were brought on by the one process that uses the credential: its log shows a second
/// login before at least half of them.
bool tells_of_itself(const Snapshot& snapshot, const Conflicts& conflicts,
                     const Credential& credential) {
  const auto processes = processes_of(credential.users);
  if (processes.size() != 1) return false;
  const int pid = snapshot.processes[processes.front()].identity.pid;
  const auto incidents = replaced_incidents(conflicts, credential);
  const auto own = std::count_if(incidents.begin(), incidents.end(), [&](std::size_t position) {
    const Incident& incident = snapshot.incidents[position];
    return incident.pid == pid && incident.reason == kReplacedByItself;
  });
  return own > 0 && 2 * static_cast<std::size_t>(own) >= incidents.size();
}

bool is_supervised(const Process& process) {
  return process.supervisor && process.supervisor->kind != SupervisorKind::shell;
}

}  // namespace

bool names_store(const Holder& holder) {
  return std::any_of(holder.evidence.begin(), holder.evidence.end(), [](const Evidence& evidence) {
    return !evidence.near && evidence.kind != EvidenceKind::working_directory &&
           evidence.kind != EvidenceKind::open_file;
  });
}

bool has_in_memory(const Holder& holder) {
  return has_evidence(holder, EvidenceKind::memory);
}

bool could_connect(const Session& session, const Holder& holder, const Process& process) {
  if (is_wacli_without_lock(session, holder, process)) return false;
  if (holder.confidence != Strength::possible) return true;
  return leads_to_store(holder) && !is_system_tool(process);
}

const User& keeper_of(const Snapshot& snapshot, const std::vector<User>& users) {
  return *std::min_element(users.begin(), users.end(), [&](const User& a, const User& b) {
    const Process& left = snapshot.processes[a.process];
    const Process& right = snapshot.processes[b.process];
    const bool left_leases = has_evidence(*a.holder, EvidenceKind::lease);
    const bool right_leases = has_evidence(*b.holder, EvidenceKind::lease);
    if (left_leases != right_leases) return left_leases;
    if (is_supervised(left) != is_supervised(right)) return is_supervised(left);
    if (left.started_at != right.started_at) return left.started_at < right.started_at;
    return left.identity < right.identity;
  });
}

std::string why_kept(const Snapshot& snapshot, const User& keeper) {
  const Process& process = snapshot.processes[keeper.process];
  if (has_evidence(*keeper.holder, EvidenceKind::lease)) return "it has the lease of the account";
  if (is_supervised(process)) {
    return fmt::format("it is supervised by {}", to_string(process.supervisor->kind));
  }
  return fmt::format("it has run longest, for {}",
                     duration(snapshot.taken_at - process.started_at));
}

Conflicts conflicts_of(const Snapshot& snapshot) {
  Conflicts conflicts;
  conflicts.replaced = suspects_of(snapshot, [](const Incident& incident) {
    return incident.kind == IncidentKind::disconnected && incident.status == kReplaced;
  });
  const std::vector<std::size_t> first = first_copies(snapshot);
  std::vector<std::size_t> position(first.size(), kNone);
  const auto credential_at = [&](std::size_t session) -> Credential& {
    std::size_t& known = position[first[session]];
    if (known == kNone) {
      known = conflicts.credentials.size();
      const auto group = snapshot.sessions[session].credential_group;
      conflicts.credentials.push_back(
          {group ? snapshot.credential_groups[*group] : std::vector{session},
           {},
           {},
           {},
           {},
           false});
    }
    return conflicts.credentials[known];
  };
  for (std::size_t i = 0; i < first.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    if (first[i] != kNone && (session.credential_group || !session.holders.empty())) {
      credential_at(i);
    }
  }
  for (std::size_t i = 0; i < conflicts.replaced.size(); ++i) {
    for (const std::size_t session : conflicts.replaced[i].sessions) {
      if (first[session] == kNone) continue;
      auto& suspects = credential_at(session).suspects;
      if (suspects.empty() || suspects.back() != i) suspects.push_back(i);
    }
  }
  const Families families(snapshot);
  for (Credential& credential : conflicts.credentials) {
    const bool fighting =
        std::any_of(credential.suspects.begin(), credential.suspects.end(),
                    [&](std::size_t i) { return in_last_hour(snapshot, conflicts.replaced[i]); });
    find_stores(snapshot, credential);
    add_users(snapshot, families, fighting, credential);
    credential.replaces_itself = fighting && tells_of_itself(snapshot, conflicts, credential);
  }
  return conflicts;
}

std::vector<std::size_t> replaced_incidents(const Conflicts& conflicts,
                                            const Credential& credential) {
  std::vector<std::size_t> incidents;
  for (const std::size_t i : credential.suspects) {
    const auto& more = conflicts.replaced[i].incidents;
    incidents.insert(incidents.end(), more.begin(), more.end());
  }
  std::sort(incidents.begin(), incidents.end());
  return incidents;
}

bool is_fresh(const Snapshot& snapshot, const std::vector<std::size_t>& incidents,
              bool is_connected) {
  if (incidents.empty()) return false;
  const auto age = snapshot.taken_at - snapshot.incidents[incidents.back()].at;
  return age <= (is_connected ? std::chrono::milliseconds(kPeace) : kFight);
}

bool is_connected(const Snapshot& snapshot, const Credential& credential) {
  return std::any_of(credential.users.begin(), credential.users.end(), [&](const User& user) {
    return established(snapshot.processes[user.process].connections) > 0;
  });
}

std::vector<std::size_t> processes_of(const std::vector<User>& users) {
  std::vector<std::size_t> processes;
  for (const User& user : users) processes.push_back(user.process);
  std::sort(processes.begin(), processes.end());
  processes.erase(std::unique(processes.begin(), processes.end()), processes.end());
  return processes;
}

std::size_t count_stores(const Credential& credential) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < credential.sessions.size(); ++i) {
    count += credential.stores[i] == credential.sessions[i];
  }
  return count;
}

bool has_rivals(const Credential& credential) {
  const auto processes = processes_of(credential.users);
  if (processes.size() != 1) return processes.size() > 1;
  // One process that could use two stores does so if it is connected twice.
  const bool two_stores =
      std::any_of(credential.users.begin(), credential.users.end(),
                  [&](const User& user) { return user.store != credential.users[0].store; });
  return two_stores && std::any_of(credential.users.begin(), credential.users.end(),
                                   [](const User& user) { return user.holder->two_sockets; });
}

bool has_two_sockets(const Credential& credential) {
  return processes_of(credential.users).size() == 1 &&
         (credential.replaces_itself ||
          std::any_of(credential.users.begin(), credential.users.end(),
                      [](const User& user) { return user.holder->two_sockets; }));
}

}  // namespace wasession::judge

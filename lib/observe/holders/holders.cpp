#include "observe/holders/holders.h"

#include <algorithm>
#include <map>
#include <optional>

#include "observe/files/files.h"
#include "observe/holders/evidence.h"
#include "observe/places/openclaw_paths.h"
#include "observe/processes/supervisor.h"

namespace wasession::observe {
namespace {

bool is_established(const Connection& connection) {
  return connection.state == "established";
}

bool is_connected(const std::vector<Connection>& connections) {
  return std::any_of(connections.begin(), connections.end(), is_established);
}

bool names_itself_openclaw(const ProcessReading& reading) {
  return reading.arguments.starts_with(openclaw::kProcessTitle);
}

Environment environment_of(const ProcessReading& reading, Platform platform) {
  Environment environment;
  for_each_piece(reading.environment, [&](std::string_view variable) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string_view::npos) return;
    environment.variables.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  });
  environment.home = path_from_here(reading, environment.get("HOME").value_or("/"));
  environment.working_directory = path_from_here(reading, reading.working_directory);
  environment.platform = platform;
  return environment;
}

/// All gateway locks of the machine, by the pid that they name.
class GatewayLocks {
 public:
  GatewayLocks(const ProcessTable& table, const Snapshot& snapshot) {
    std::vector<std::string> temporary = {"/tmp"};
    std::vector<std::string> states;
    for (const ProcessReading& process : table.processes) {
      if (!names_itself_openclaw(process) || process.mount_namespace != 0) continue;
      const Environment environment = environment_of(process, Platform::linux_os);
      if (const auto directory = environment.get("TMPDIR")) temporary.push_back(*directory);
    }
    for (const Session& session : snapshot.sessions) {
      if (session.store.tool != Tool::openclaw) continue;
      // <state>/credentials/whatsapp/<account>
      states.emplace_back(parent_path(parent_path(parent_path(session.store.path))));
    }
    for (auto* directories : {&temporary, &states}) {
      std::sort(directories->begin(), directories->end());
      directories->erase(std::unique(directories->begin(), directories->end()),
                         directories->end());
    }
    for (const std::string& path : openclaw::gateway_lock_paths(temporary, states)) add(path);
  }

  /// Those of this very process. A lock says whose it is by pid and start time; anybody may write
  /// such a file into /tmp, so it must belong to the process's user or to root.
  std::vector<openclaw::GatewayLock> of(const ProcessReading& reading,
                                        const Process& process) const {
    std::vector<openclaw::GatewayLock> locks;
    const auto trust = [&](const openclaw::GatewayLock& lock) {
      const bool same_start = lock.start == 0 || lock.start == process.identity.start;
      return same_start && (lock.owner == process.uid || lock.owner == 0);
    };
    const auto [first, last] = locks_.equal_range(process.identity.pid);
    for (auto lock = first; lock != last; ++lock) {
      if (trust(lock->second)) locks.push_back(lock->second);
    }
    if (reading.mount_namespace == 0) return locks;
    // A container has a /tmp and pids of its own: what it holds open is its own.
    for (const OpenFile& file : reading.files) {
      if (!openclaw::is_gateway_lock_path(file.path)) continue;
      const auto lock = openclaw::read_gateway_lock(path_from_here(reading, file.path));
      if (lock && trust(*lock)) locks.push_back(*lock);
    }
    return locks;
  }

  bool names(int pid) const { return locks_.contains(pid); }

 private:
  void add(const std::string& path) {
    if (auto lock = openclaw::read_gateway_lock(path)) locks_.emplace(lock->pid, std::move(*lock));
  }

  std::multimap<int, openclaw::GatewayLock> locks_;
};

/// Examines one process after the other and notes what was found in the Snapshot.
class Examination {
 public:
  Examination(Snapshot& snapshot, const ProcessTable& table,
              const std::vector<Endpoint>& endpoints, const Environment& environment)
      : snapshot_(snapshot),
        table_(table),
        platform_(environment.platform),
        stores_(snapshot.sessions),
        connections_(endpoints),
        gateway_locks_(table, snapshot) {}

  void examine(const ProcessReading& reading) {
    const std::vector<Connection> connections = connections_.of(reading);
    const bool suspect = !connections.empty() || is_javascript_runtime(reading.executable) ||
                         names_itself_openclaw(reading) || !reading.readable ||
                         gateway_locks_.names(reading.pid);
    Witness witness{reading, stores_, {}, is_connected(connections), suspect, 0, {}};
    std::optional<Process> process;
    if (suspect) {
      process = identify(reading, table_.began);
      if (!process) return;
      witness.start = process->identity.start;
      witness.environment = environment_of(reading, platform_);
    }
    std::vector<openclaw::GatewayLock> locks;
    if (process) locks = gateway_locks_.of(reading, *process);
    witness.gateway_locks = locks;
    const std::vector<Tie> ties = evidence_of(witness);
    if (ties.empty() && !is_stranger(reading, connections)) return;
    if (!process) process = identify(reading, table_.began);
    if (!process) return;
    process->connections = connections;
    process->supervisor = supervisor_of(*process, reading);
    note(*process, ties);
  }

 private:
  /// A browser is connected to the same networks, for Facebook's sake; a program that keeps a
  /// WhatsApp session runs on one of the libraries' languages or is a binary of its own. What is
  /// named here is only ever shown as "tied to no session".
  static bool is_stranger(const ProcessReading& reading,
                          const std::vector<Connection>& connections) {
    const bool direct = std::any_of(connections.begin(), connections.end(), [](const auto& each) {
      return is_established(each) && !each.through_proxy;
    });
    return direct && !is_browser(reading.executable);
  }

  static bool is_browser(std::string_view executable) {
    constexpr std::array<std::string_view, 8> kBrowsers = {
        "firefox", "firefox-bin", "firefox-esr", "chrome",
        "chromium", "brave", "opera", "msedge"};
    return std::find(kBrowsers.begin(), kBrowsers.end(), base_name(executable)) != kBrowsers.end();
  }

  void note(const Process& process, const std::vector<Tie>& ties) {
    if (ties.empty()) {
      snapshot_.strangers.push_back(snapshot_.processes.size());
      snapshot_.processes.push_back(process);
      return;
    }
    for (const Tie& tie : keep_meant(ties, process)) {
      const IndexedStore& store = stores_.stores()[tie.store];
      // wacli uses the first device of its database; other programs may use them all.
      const bool only_first = store.store->tool == Tool::wacli;
      for (const std::size_t session : store.sessions) {
        add_evidence(snapshot_, session, process, tie.evidence);
        if (only_first) break;
      }
    }
  }

  /// A process that names one store of a credential does not use the copy that only lies nearby.
  std::vector<Tie> keep_meant(const std::vector<Tie>& ties, const Process& process) const {
    std::vector<Tie> kept;
    for (Tie tie : ties) {
      const auto& session = first_session(tie);
      const bool better_named =
          !tie.exact && std::any_of(ties.begin(), ties.end(), [&](const Tie& other) {
            return other.exact && other.evidence.strength >= tie.evidence.strength &&
                   first_session(other).credential_group == session.credential_group;
          });
      if (better_named && session.credential_group) continue;
      if (!tie.exact && !may_have_logged_in(session, process)) {
        tie.evidence.strength = Strength::possible;
      }
      kept.push_back(std::move(tie));
    }
    return kept;
  }

  const Session& first_session(const Tie& tie) const {
    return snapshot_.sessions[stores_.stores()[tie.store].sessions.front()];
  }

  /// Baileys rewrites creds.json at each login (baileys.md section 6), so a directory that was not
  /// written to since the process started is not the one that it is connected with.
  static bool may_have_logged_in(const Session& session, const Process& process) {
    const auto& used = session.credential.last_used_at;
    return session.store.kind != StoreKind::baileys_directory || !used ||
           *used >= process.started_at;
  }

  Snapshot& snapshot_;
  const ProcessTable& table_;
  Platform platform_;
  StoreIndex stores_;
  Connections connections_;
  GatewayLocks gateway_locks_;
};

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
    const bool wraps = std::any_of(holders.begin(), holders.end(), [&](const Holder& other) {
      const Process& below = snapshot.processes[other.process];
      return other.confidence >= holder.confidence &&
             contains(above(below.identity.pid, below.parent), process.identity.pid);
    });
    const bool idle = holder.confidence == Strength::possible && process.connections.empty();
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

void find_holders(Snapshot& snapshot, const ProcessTable& table,
                  const std::vector<Endpoint>& endpoints, const Environment& environment) {
  snapshot.processes_seen = table.processes.size();
  snapshot.processes_unreadable = table.unreadable;
  Examination examination(snapshot, table, endpoints, environment);
  for (const ProcessReading& reading : table.processes) examination.examine(reading);
  settle_holders(snapshot);
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
      const auto open = static_cast<std::size_t>(
          std::count_if(connections.begin(), connections.end(), is_established));
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

#include "observe/holders/holders.h"

#include <algorithm>
#include <array>
#include <optional>

#include "observe/files/files.h"
#include "observe/holders/evidence.h"
#include "observe/holders/gateway_locks.h"
#include "observe/processes/supervisor.h"

namespace wasession::observe {
namespace {

/// Examines one process after the other and notes what was found in the Snapshot.
class Examination {
 public:
  Examination(Snapshot& snapshot, const ProcessTable& table, const std::vector<Endpoint>& endpoints,
              const Environment& environment)
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
    Witness witness{reading, stores_, {}, established(connections) > 0, suspect, 0, {}};
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
      return each.state == kEstablished && !each.through_proxy;
    });
    return direct && !is_browser(reading.executable);
  }

  static bool is_browser(std::string_view executable) {
    constexpr std::array<std::string_view, 8> kBrowsers = {
        "firefox", "firefox-bin", "firefox-esr", "chrome", "chromium", "brave", "opera", "msedge"};
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
    const auto same_credential = [&](const Tie& one, const Tie& other) {
      const auto& group = first_session(one).credential_group;
      return group && one.store != other.store && group == first_session(other).credential_group;
    };
    std::vector<Tie> kept;
    for (Tie tie : ties) {
      const bool named = std::any_of(ties.begin(), ties.end(), [&](const Tie& other) {
        return other.exact && other.evidence.strength >= tie.evidence.strength &&
               same_credential(tie, other);
      });
      const bool earlier = std::any_of(ties.begin(), ties.end(), [&](const Tie& other) {
        return same_credential(tie, other) && may_have_logged_in(first_session(other), process) &&
               is_older(first_session(other), first_session(tie));
      });
      if (!tie.exact && named) continue;
      if (!tie.exact && (earlier || !may_have_logged_in(first_session(tie), process))) {
        tie.evidence.strength = Strength::possible;
      }
      kept.push_back(std::move(tie));
    }
    return kept;
  }

  /// A copy came into being later than what it was copied from.
  static bool is_older(const Session& one, const Session& other) {
    const auto born = birth_of(one.store.path);
    const auto other_born = birth_of(other.store.path);
    return born && other_born && *born < *other_born;
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

}  // namespace

void find_holders(Snapshot& snapshot, const ProcessTable& table,
                  const std::vector<Endpoint>& endpoints, const Environment& environment) {
  snapshot.processes_seen = table.processes.size();
  snapshot.processes_unreadable = table.unreadable;
  Examination examination(snapshot, table, endpoints, environment);
  for (const ProcessReading& reading : table.processes) examination.examine(reading);
  settle_holders(snapshot);
}

}  // namespace wasession::observe

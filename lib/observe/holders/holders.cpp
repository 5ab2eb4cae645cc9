#include "observe/holders/holders.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <unistd.h>

#include "observe/files/files.h"
#include "observe/holders/evidence.h"
#include "observe/holders/gateway_locks.h"
#include "observe/processes/supervisor.h"

namespace wasession::observe {
namespace {

/// Baileys rewrites creds.json at each login (baileys.md section 6), so a directory that was not
/// written to since the process started is not the one that it is connected with.
bool may_have_logged_in(const Session& session, const Process& process) {
  const auto& used = session.credential.last_used_at;
  return session.store.kind != StoreKind::baileys_directory || !used || *used >= process.started_at;
}

/// Examines one process after the other and notes what was found in the Snapshot.
class Examination {
 public:
  Examination(Snapshot& snapshot, const ProcessTable& table, const std::vector<Endpoint>& endpoints,
              const SeenConnections& lately, const Environment& environment)
      : snapshot_(snapshot),
        table_(table),
        lately_(lately),
        platform_(environment.platform),
        stores_(snapshot.sessions),
        connections_(endpoints),
        gateway_locks_(table, snapshot) {}

  void examine(const ProcessReading& reading) {
    std::vector<Connection> connections = connections_.of(reading);
    const bool lately = established(connections) == 0 && add_lately(reading, connections);
    const bool suspect = !connections.empty() || is_javascript_runtime(reading.executable) ||
                         names_itself_openclaw(reading) || !reading.readable ||
                         gateway_locks_.names(reading.pid) || may_have_lease(reading);
    Witness witness{reading, stores_, {}, established(connections), suspect, 0, {}, {}};
    std::optional<Process> process;
    if (suspect) {
      process = identify(reading, table_.began);
      if (!process) return;
      witness.start = process->identity.start;
      witness.environment = environment_of(reading, platform_);
      witness.leases = leases_of(reading, witness.start);
    }
    std::vector<openclaw::GatewayLock> locks;
    if (process) locks = gateway_locks_.of(reading, *process);
    witness.gateway_locks = locks;
    std::vector<Tie> ties = evidence_of(witness);
    if (is_wasession(reading.executable)) {
      std::erase_if(ties, [](const Tie& tie) { return tie.evidence.kind != EvidenceKind::lease; });
    }
    if (ties.empty() && witness.leases.empty() && !is_stranger(reading, connections)) return;
    if (!process) process = identify(reading, table_.began);
    if (!process) return;
    process->connections = connections;
    process->connected_lately = lately;
    process->supervisor = supervisor_of(*process, reading);
    note(*process, ties, is_stranger(reading, connections));
    for (HeldLease& held : witness.leases) {
      snapshot_.leases.push_back({std::move(held.record), position_of(*process)});
    }
  }

 private:
  /// True when the process had connections.
  bool add_lately(const ProcessReading& reading, std::vector<Connection>& connections) const {
    const auto seen = lately_.lower_bound({reading.pid, 0});
    if (seen == lately_.end() || seen->first.pid != reading.pid) return false;
    const auto process = identify(reading, table_.began);
    if (!process || process->identity != seen->first) return false;
    connections = seen->second;
    return true;
  }

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

  /// Its position in the Snapshot, where it is put if it is not there yet.
  std::size_t position_of(const Process& process) {
    auto& processes = snapshot_.processes;
    const auto known = std::ranges::find(processes, process.identity, &Process::identity);
    const auto position = static_cast<std::size_t>(known - processes.begin());
    if (known == processes.end()) processes.push_back(process);
    return position;
  }

  void note(const Process& process, const std::vector<Tie>& ties, bool is_stranger) {
    if (ties.empty() && is_stranger) snapshot_.strangers.push_back(position_of(process));
    for (Tie& tie : keep_meant(ties, process)) {
      tie.evidence.near = !tie.exact;
      const IndexedStore& store = stores_.stores()[tie.store];
      // wacli uses the first device of its database; other programs may use them all.
      const bool only_first = store.store->tool == Tool::wacli;
      for (const std::size_t session : store.sessions) {
        add_evidence(snapshot_, session, process, tie.evidence);
        if (only_first) break;
      }
    }
  }

  /// What a process names counts as it is. What only lies near it counts for less: not at all
  /// beside a named store of the same credential, and as possible where it cannot be what the
  /// process is connected with.
  std::vector<Tie> keep_meant(const std::vector<Tie>& ties, const Process& process) const {
    std::map<std::size_t, Strength> named;  // groups of copies, one of which is named
    for (const Tie& tie : ties) {
      const auto& group = first_session(tie).credential_group;
      if (!tie.exact || !group) continue;
      Strength& strongest = named.emplace(*group, tie.evidence.strength).first->second;
      strongest = std::max(strongest, tie.evidence.strength);
    }
    std::vector<Tie> kept;
    for (const Tie& tie : ties) {
      const auto& group = first_session(tie).credential_group;
      const auto copy = group ? named.find(*group) : named.end();
      const bool other_is_meant =
          !tie.exact && copy != named.end() && copy->second >= tie.evidence.strength;
      if (!other_is_meant) kept.push_back(tie);
    }
    const auto candidates = logged_in_with(kept, process);
    const bool too_many = candidates.size() > established(process.connections);
    for (Tie& tie : kept) {
      const bool likeliest = candidates.contains(credential_key(tie)) &&
                             candidates.at(credential_key(tie)) == first_position(tie);
      if (!tie.exact && (too_many || !likeliest)) tie.evidence.strength = Strength::possible;
    }
    return kept;
  }

  /// The credentials that the process may be connected with, each with the session of its likeliest
  /// copy.
  std::map<std::pair<bool, std::size_t>, std::size_t> logged_in_with(const std::vector<Tie>& ties,
                                                                     const Process& process) const {
    std::map<std::pair<bool, std::size_t>, std::vector<std::size_t>> copies;
    for (const Tie& tie : ties) {
      if (tie.exact || may_have_logged_in(first_session(tie), process)) {
        copies[credential_key(tie)].push_back(first_position(tie));
      }
    }
    std::map<std::pair<bool, std::size_t>, std::size_t> likeliest;
    for (const auto& [key, positions] : copies) {
      likeliest.emplace(key, likeliest_copy(snapshot_, positions, process));
    }
    return likeliest;
  }

  /// Equal for copies of one credential, and for nothing else.
  std::pair<bool, std::size_t> credential_key(const Tie& tie) const {
    const auto& group = first_session(tie).credential_group;
    return group ? std::pair(true, *group) : std::pair(false, tie.store);
  }

  std::size_t first_position(const Tie& tie) const {
    return stores_.stores()[tie.store].sessions.front();
  }

  const Session& first_session(const Tie& tie) const {
    return snapshot_.sessions[first_position(tie)];
  }

  Snapshot& snapshot_;
  const ProcessTable& table_;
  const SeenConnections& lately_;
  Platform platform_;
  StoreIndex stores_;
  Connections connections_;
  GatewayLocks gateway_locks_;
};

}  // namespace

std::size_t likeliest_copy(const Snapshot& snapshot, const std::vector<std::size_t>& copies,
                           const Process& process) {
  if (copies.size() == 1) return copies.front();
  const auto rank = [&](std::size_t position) {
    const Session& session = snapshot.sessions[position];
    const Time unknown = Time::max();
    return std::pair(!may_have_logged_in(session, process),
                     birth_of(session.store.path).value_or(unknown));
  };
  return *std::min_element(copies.begin(), copies.end(),
                           [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
}

void find_holders(Snapshot& snapshot, const ProcessTable& table,
                  const std::vector<Endpoint>& endpoints, const SeenConnections& lately,
                  const Environment& environment) {
  snapshot.processes_seen = table.processes.size();
  snapshot.processes_unreadable = table.unreadable;
  snapshot.processes_hidden = table.hides_others;
  snapshot.taken_by_root = ::geteuid() == 0;
  snapshot.taken_by = ::geteuid();
  snapshot.own_family = own_family();
  Examination examination(snapshot, table, endpoints, lately, environment);
  for (const ProcessReading& reading : table.processes) examination.examine(reading);
  settle_holders(snapshot);
}

}  // namespace wasession::observe

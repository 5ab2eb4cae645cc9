#include "observe/deeper.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "observe/holders/holders.h"
#include "observe/processes/memory.h"
#include "observe/processes/supervisor.h"

namespace wasession::observe {
namespace {

/// Of one process. A gateway has 100 to 500 MiB; beyond this the answer is said to be incomplete.
constexpr std::uint64_t kMostMemory = std::uint64_t{8} << 30;

/// The processes of a new walk that may be holders, with all that a Process says: those with these
/// pids, connected ones, JavaScript programs.
std::vector<Process> candidates(const std::set<int>& pids, const Scope& scope) {
  const ProcessTable table = read_processes();
  Connections connections(scope.endpoints);
  std::vector<Process> found;
  for (const ProcessReading& reading : table.processes) {
    if (!reading.readable || is_wasession(reading.executable)) continue;
    auto connected = connections.of(reading);
    if (!pids.contains(reading.pid) && connected.empty() &&
        !is_javascript_runtime(reading.executable))
      continue;
    auto process = identify(reading, table.began);
    if (!process) continue;
    process->connections = std::move(connected);
    process->supervisor = supervisor_of(*process, reading);
    found.push_back(std::move(*process));
  }
  return found;
}

/// How much ties the process to the session so far; nothing when nothing does.
std::optional<Strength> tie_of(const Snapshot& snapshot, const Session& session,
                               ProcessIdentity identity) {
  for (const Holder& holder : session.holders) {
    if (snapshot.processes[holder.process].identity == identity) return holder.confidence;
  }
  return std::nullopt;
}

/// The sessions of one credential that evidence in this process's memory is about: those that most
/// ties it to.
std::vector<std::size_t> meant(const Snapshot& snapshot, const std::vector<std::size_t>& copies,
                               const Process& process) {
  std::optional<Strength> strongest;
  for (const std::size_t copy : copies) {
    strongest = std::max(strongest, tie_of(snapshot, snapshot.sessions[copy], process.identity));
  }
  if (!strongest) return {likeliest_copy(snapshot, copies, process)};
  std::vector<std::size_t> tied;
  std::copy_if(copies.begin(), copies.end(), std::back_inserter(tied), [&](std::size_t copy) {
    return tie_of(snapshot, snapshot.sessions[copy], process.identity) == strongest;
  });
  return tied;
}

void warn_of(const Process& process, const MemoryLook& look, Snapshot& snapshot) {
  if (look.error != 0) {
    snapshot.warnings.push_back(
        {"", fmt::format("the memory of process {} can't be read ({}); run as root",
                         process.identity.pid, std::strerror(look.error))});
  } else if (!look.complete) {
    const auto now = process_with(process.identity.pid);
    if (!now || now->identity != process.identity) return;  // it ended meanwhile
    snapshot.warnings.push_back(
        {"",
         fmt::format("the memory of process {} was not looked at whole: it has more than {} GiB",
                     process.identity.pid, kMostMemory >> 30)});
  }
}

}  // namespace

void look_into_memories(Snapshot& snapshot, std::span<const std::size_t> positions,
                        const Scope& scope) {
  std::map<Fingerprint, std::vector<std::size_t>> sessions;
  std::map<Fingerprint, PublicKey> keys_by_fingerprint;
  for (const std::size_t position : positions) {
    const CredentialReading& credential = snapshot.sessions[position].credential;
    if (!credential.fingerprint || !credential.noise_public_key) continue;
    sessions[*credential.fingerprint].push_back(position);
    keys_by_fingerprint.emplace(*credential.fingerprint, *credential.noise_public_key);
  }
  std::vector<PublicKey> keys;
  for (const auto& [fingerprint, key] : keys_by_fingerprint) keys.push_back(key);
  if (keys.empty()) return;
  const KeySearch search(keys);
  std::set<int> known;
  for (const Process& process : snapshot.processes) known.insert(process.identity.pid);
  for (const Process& process : candidates(known, scope)) {
    const MemoryLook look =
        look_into_memory(process.identity.pid, search, keys.size(), kMostMemory);
    warn_of(process, look, snapshot);
    const auto now = process_with(process.identity.pid);
    if (!now || now->identity != process.identity) continue;  // another one by now
    std::size_t key = 0;
    for (const auto& [fingerprint, copies] : sessions) {
      if (!look.found.at(key++)) continue;
      // A server or an analysis has the key decoded too, and is connected to nothing.
      const bool connected = established(process.connections) > 0;
      for (const std::size_t session : meant(snapshot, copies, process)) {
        add_evidence(snapshot, session, process,
                     {EvidenceKind::memory, connected ? Strength::certain : Strength::possible,
                      "has the decoded credential in its memory"});
      }
    }
  }
  settle_holders(snapshot);
}

SeenWrites watch_stores(const Snapshot& snapshot, std::span<const std::size_t> positions,
                        std::chrono::seconds duration, const volatile std::sig_atomic_t* stop) {
  SeenWrites seen;
  std::vector<Store> stores;
  for (const std::size_t position : positions) {
    const Store& store = snapshot.sessions[position].store;
    // The sessions of one database stand side by side.
    if (!stores.empty() && stores.back().path == store.path) continue;
    stores.push_back(store);
    seen.paths.push_back(store.path);
  }
  WatchResult result = watch_writes(stores, duration, stop);
  seen.writes = std::move(result.writes);
  seen.warnings = std::move(result.warnings);
  return seen;
}

void add_writes(Snapshot& snapshot, const SeenWrites& seen, const Scope& scope) {
  snapshot.warnings.insert(snapshot.warnings.end(), seen.warnings.begin(), seen.warnings.end());
  if (seen.writes.empty()) return;
  std::set<int> writers;
  for (const WriteSeen& write : seen.writes) writers.insert(write.process.pid);
  const std::vector<Process> processes = candidates(writers, scope);
  for (const WriteSeen& write : seen.writes) {
    const auto process = std::find_if(processes.begin(), processes.end(), [&](const Process& each) {
      return each.identity == write.process;
    });
    if (process == processes.end()) {
      snapshot.warnings.push_back(
          {seen.paths[write.store],
           fmt::format("process {} wrote {} there while it was watched, and has ended since",
                       write.process.pid, write.file)});
      continue;
    }
    for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
      if (snapshot.sessions[i].store.path != seen.paths[write.store]) continue;
      add_evidence(snapshot, i, *process,
                   {EvidenceKind::write_seen, Strength::certain,
                    fmt::format("wrote {} while it was watched", write.file)});
    }
  }
  settle_holders(snapshot);
}

}  // namespace wasession::observe

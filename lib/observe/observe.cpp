#include "observe/observe.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <unordered_map>

#include <fmt/format.h>
#include <unistd.h>

#include "observe/gather_places.h"
#include "observe/read_places.h"
#include "observe/session_ids.h"

namespace wasession::observe {
namespace {

/// WhatsApp drops a linked device after 30 days without a connection (baileys.md section 11).
constexpr std::chrono::days kStaleAfter{30};

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

std::string id_prefix(const Place& place) {
  std::string prefix{to_string(place.tool)};
  if (!place.profile.empty()) prefix += "@" + place.profile;
  return prefix;
}

Activity activity_of(const CredentialReading& credential, Time now) {
  const bool stale = credential.last_used_at && now - *credential.last_used_at > kStaleAfter;
  return stale ? Activity::stale : Activity::idle;
}

/// Groups of two or more positions with equal keys, in order of their first member.
template <typename Key, typename Hash, typename KeyOf, typename Assign>
std::vector<std::vector<std::size_t>> group_by(const std::vector<Session>& sessions, KeyOf key_of,
                                               Assign assign) {
  std::unordered_map<Key, std::vector<std::size_t>, Hash> members;
  members.reserve(sessions.size());
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    if (const auto& key = key_of(sessions[i])) members[*key].push_back(i);
  }
  std::vector<std::vector<std::size_t>> groups;
  for (auto& [key, positions] : members) {
    if (positions.size() > 1) groups.push_back(std::move(positions));
  }
  std::sort(groups.begin(), groups.end());
  for (std::size_t group = 0; group < groups.size(); ++group) {
    for (const std::size_t position : groups[group]) assign(position, group);
  }
  return groups;
}

struct FingerprintHash {
  std::size_t operator()(const Fingerprint& fingerprint) const {
    std::size_t hash = 0;
    for (std::size_t i = 0; i < sizeof hash; ++i) hash = hash << 8 | fingerprint.bytes[i];
    return hash;
  }
};

void add_groups(Snapshot& snapshot) {
  auto& sessions = snapshot.sessions;
  snapshot.credential_groups = group_by<Fingerprint, FingerprintHash>(
      sessions, [](const Session& s) -> const auto& { return s.credential.fingerprint; },
      [&](std::size_t i, std::size_t group) { sessions[i].credential_group = group; });
  snapshot.account_groups = group_by<std::string, std::hash<std::string>>(
      sessions, [](const Session& s) -> const auto& { return s.credential.account.phone; },
      [&](std::size_t i, std::size_t group) { sessions[i].account_group = group; });
}

void add_sessions(Snapshot& snapshot, std::vector<ReadStore> stores) {
  std::vector<IdParts> parts;
  parts.reserve(stores.size());
  for (const ReadStore& read : stores) {
    parts.push_back(
        {id_prefix(read.place), read.place.name, read.place.qualifiers, read.store.path});
  }
  const std::vector<std::string> ids = session_ids(parts);
  for (std::size_t i = 0; i < stores.size(); ++i) {
    ReadStore& read = stores[i];
    for (std::size_t device = 0; device < read.credentials.size(); ++device) {
      Session session;
      session.id = device == 0 ? ids[i] : fmt::format("{}#{}", ids[i], device + 1);
      session.name = read.place.name;
      session.store = read.store;
      session.credential = std::move(read.credentials[device]);
      session.activity = activity_of(session.credential, snapshot.taken_at);
      snapshot.sessions.push_back(std::move(session));
    }
  }
}

/// What the registry remembers; a registry that fails costs a warning.
struct Memory {
  std::vector<registry::RememberedStore> stores;
  std::vector<registry::LoggedOutCredential> logged_out;
};

Memory recall(registry::Registry* registry, Snapshot& snapshot) {
  Memory memory;
  if (registry == nullptr) return memory;
  try {
    memory.stores = registry->remembered_stores();
    memory.logged_out = registry->logged_out_credentials();
  } catch (const std::exception& error) {
    snapshot.warnings.push_back(
        {"", std::string("the session registry can't be read: ") + error.what()});
  }
  return memory;
}

/// A 401 that came after the credential's last use ends a link; nothing in the files shows it.
void mark_logged_out(Snapshot& snapshot, const std::vector<registry::LoggedOutCredential>& known) {
  std::unordered_map<Fingerprint, Time, FingerprintHash> removed;
  for (const auto& credential : known) removed.emplace(credential.fingerprint, credential.at);
  for (Session& session : snapshot.sessions) {
    CredentialReading& credential = session.credential;
    if (credential.state != State::linked || !credential.fingerprint) continue;
    const auto found = removed.find(*credential.fingerprint);
    if (found == removed.end()) continue;
    if (!credential.linked_at || found->second >= *credential.linked_at) {
      credential.state = State::logged_out;
    }
  }
}

}  // namespace

Snapshot take_snapshot(const Scope& scope, const Environment& environment,
                       registry::Registry* registry, Progress& progress) {
  Snapshot snapshot;
  snapshot.taken_at =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  snapshot.host = host_name();
  const Memory memory = recall(registry, snapshot);
  Places found = gather_places(scope, environment, memory.stores, progress);
  ReadStores read = read_places(std::move(found.places), progress);
  snapshot.warnings.insert(snapshot.warnings.end(), found.warnings.begin(), found.warnings.end());
  snapshot.warnings.insert(snapshot.warnings.end(), read.warnings.begin(), read.warnings.end());
  add_sessions(snapshot, std::move(read.stores));
  mark_logged_out(snapshot, memory.logged_out);
  add_groups(snapshot);
  return snapshot;
}

}  // namespace wasession::observe

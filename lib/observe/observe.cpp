#include "observe/observe.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <numeric>

#include <fmt/format.h>
#include <unistd.h>

#include "observe/gather_places.h"
#include "observe/holders/holders.h"
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

std::size_t hash_of(const std::string& text) {
  return std::hash<std::string>()(text);
}

std::size_t hash_of(const Fingerprint& fingerprint) {
  std::size_t hash = 0;
  for (std::size_t i = 0; i < sizeof hash; ++i) hash = hash << 8 | fingerprint.bytes[i];
  return hash;
}

/// Groups of two or more positions with equal keys, in order of their first member. `key_of` gives
/// a pointer to the key, or null for a session that belongs to no group.
template <typename KeyOf, typename Assign>
std::vector<std::vector<std::size_t>> group_by(const std::vector<Session>& sessions, KeyOf key_of,
                                               Assign assign) {
  // Sorted by a number first: ten thousand comparisons of numbers that lie side by side, and of
  // keys only where the numbers are equal.
  struct Entry {
    std::size_t hash;
    std::size_t position;
  };
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    if (const auto* key = key_of(sessions[i])) entries.push_back({hash_of(*key), i});
  }
  const auto key_at = [&](const Entry& entry) -> const auto& {
    return *key_of(sessions[entry.position]);
  };
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const auto order = key_at(a) <=> key_at(b);
    return order != 0 ? order < 0 : a.position < b.position;
  });
  std::vector<std::vector<std::size_t>> groups;
  for (auto first = entries.begin(); first != entries.end();) {
    const auto last = std::find_if(first, entries.end(), [&](const Entry& entry) {
      return entry.hash != first->hash || key_at(entry) != key_at(*first);
    });
    if (last - first > 1) {
      auto& group = groups.emplace_back();
      for (auto entry = first; entry != last; ++entry) group.push_back(entry->position);
    }
    first = last;
  }
  std::sort(groups.begin(), groups.end());
  for (std::size_t group = 0; group < groups.size(); ++group) {
    for (const std::size_t position : groups[group]) assign(position, group);
  }
  return groups;
}

void add_groups(Snapshot& snapshot) {
  auto& sessions = snapshot.sessions;
  snapshot.credential_groups = group_by(
      sessions,
      [](const Session& session) {
        const auto& fingerprint = session.credential.fingerprint;
        return fingerprint ? &*fingerprint : nullptr;
      },
      [&](std::size_t i, std::size_t group) { sessions[i].credential_group = group; });
  snapshot.account_groups = group_by(
      sessions,
      [](const Session& session) {
        const auto& phone = session.credential.account.phone;
        return phone ? &*phone : nullptr;
      },
      [&](std::size_t i, std::size_t group) { sessions[i].account_group = group; });
}

std::vector<std::string> ids_of(const std::vector<ReadStore>& stores) {
  std::vector<IdParts> parts;
  parts.reserve(stores.size());
  for (const ReadStore& read : stores) {
    const Place& place = read.place;
    parts.push_back({id_prefix(place), place.name, place.qualifiers, place.path});
  }
  return session_ids(parts);
}

/// In order of their ids, so that two looks at one machine give the same Snapshot.
void add_sessions(Snapshot& snapshot, std::vector<ReadStore> stores) {
  const std::vector<std::string> ids = ids_of(stores);
  std::vector<std::size_t> order(stores.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return ids[a] < ids[b]; });
  snapshot.sessions.reserve(stores.size());
  for (const std::size_t i : order) {
    const Place& place = stores[i].place;
    std::size_t device = 0;
    for (CredentialReading& credential : stores[i].credentials()) {
      Session& session = snapshot.sessions.emplace_back();
      session.id = device == 0 ? ids[i] : fmt::format("{}#{}", ids[i], device + 1);
      session.name = place.name;
      session.store = {place.tool,       place.kind,  place.path,
                       place.configured, place.usual, *place.identity};
      session.credential = std::move(credential);
      session.activity = activity_of(session.credential, snapshot.taken_at);
      ++device;
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
  std::map<Fingerprint, Time> removed;
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
  const ProcessTable processes = read_processes();
  Places found = gather_places(scope, environment, memory.stores, processes, progress);
  ReadStores read = read_places(std::move(found.places), progress);
  snapshot.warnings.insert(snapshot.warnings.end(), found.warnings.begin(), found.warnings.end());
  snapshot.warnings.insert(snapshot.warnings.end(), read.warnings.begin(), read.warnings.end());
  add_sessions(snapshot, std::move(read.stores));
  mark_logged_out(snapshot, memory.logged_out);
  add_groups(snapshot);
  find_holders(snapshot, processes, scope.endpoints, scope.lately, environment);
  return snapshot;
}

}  // namespace wasession::observe

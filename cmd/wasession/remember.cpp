#include "remember.h"

#include <algorithm>
#include <exception>

namespace wasession::cmd {
namespace {

std::vector<registry::RememberedStore> unusual_stores(const Snapshot& snapshot) {
  std::vector<registry::RememberedStore> stores;
  for (const Session& session : snapshot.sessions) {
    if (session.store.usual) continue;
    if (!stores.empty() && stores.back().path == session.store.path) continue;
    registry::RememberedStore store;
    store.path = session.store.path;
    store.tool = session.store.tool;
    store.kind = session.store.kind;
    store.name = session.name;
    store.first_seen = store.last_seen = snapshot.taken_at;
    stores.push_back(std::move(store));
  }
  return stores;
}

/// In the order of their ids, as the registry gives them.
std::vector<registry::RememberedSession> sessions_of(const Snapshot& snapshot) {
  std::vector<registry::RememberedSession> sessions;
  sessions.reserve(snapshot.sessions.size());
  for (const Session& session : snapshot.sessions) {
    const CredentialReading& credential = session.credential;
    registry::RememberedSession seen{session.id, credential.account.phone, std::nullopt,
                                     credential.state};
    if (credential.jid && credential.jid->device) seen.device = *credential.jid->device;
    sessions.push_back(std::move(seen));
  }
  std::ranges::sort(sessions, {}, &registry::RememberedSession::id);
  return sessions;
}

}  // namespace

void remember_look(const GlobalOptions& options, const Look& look) {
  if (options.only_root || look.registry_file.empty()) return;
  const auto stores = unusual_stores(look.snapshot);
  const auto sessions = sessions_of(look.snapshot);
  const bool others_than_before = sessions != look.remembered_sessions;
  // A damaged one is only set aside for news of a store: doctor is to find it.
  if (stores.empty() && (!others_than_before || look.registry_damaged)) return;
  auto opening = registry::open_registry(look.registry_file, registry::Access::read_write);
  try {
    if (opening.warning && !stores.empty()) print_warnings(options, {*opening.warning});
    if (!opening.registry) return;
    opening.registry->remember_stores(stores);
    if (others_than_before) opening.registry->remember_sessions(sessions);
  } catch (const std::exception& error) {
    if (stores.empty()) return;
    print_warnings(options, {registry::describe_failure(look.registry_file, error)});
  }
}

}  // namespace wasession::cmd

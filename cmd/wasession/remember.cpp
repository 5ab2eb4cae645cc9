#include "remember.h"

#include <exception>

#include <unistd.h>

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

/// Lets `write` write into the registry, unless there is none to be written.
template <typename Write>
void remember(const GlobalOptions& options, const Look& look, Write write) {
  if (options.only_root || look.registry_file.empty()) return;
  auto opening = registry::open_registry(look.registry_file, registry::Access::read_write);
  if (opening.warning) print_warnings(options, {*opening.warning});
  if (!opening.registry) return;
  try {
    write(*opening.registry);
  } catch (const std::exception& error) {
    print_warnings(options, {registry::describe_failure(look.registry_file, error)});
  }
}

}  // namespace

void remember_stores(const GlobalOptions& options, const Look& look) {
  const auto stores = unusual_stores(look.snapshot);
  if (stores.empty()) return;
  remember(options, look, [&](registry::Registry& registry) { registry.remember_stores(stores); });
}

void remember_leases(const GlobalOptions& options, const Look& look,
                     const std::vector<Claim>& claims, const LeaseRecord& record) {
  std::vector<registry::RememberedLease> leases;
  for (const Claim& claim : claims) {
    leases.push_back({record, look.snapshot.host, ::geteuid()});
    leases.back().record.claim = claim;
  }
  remember(options, look, [&](registry::Registry& registry) { registry.remember_leases(leases); });
}

}  // namespace wasession::cmd

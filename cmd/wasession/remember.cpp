#include "remember.h"

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

}  // namespace

void remember_stores(const GlobalOptions& options, const Look& look) {
  if (options.only_root || look.registry_file.empty()) return;
  const auto stores = unusual_stores(look.snapshot);
  if (stores.empty()) return;
  auto opening = registry::open_registry(look.registry_file, registry::Access::read_write);
  if (opening.warning) print_warnings(options, {*opening.warning});
  if (!opening.registry) return;
  try {
    opening.registry->remember_stores(stores);
  } catch (const std::exception& error) {
    print_warnings(options, {registry::describe_failure(look.registry_file, error)});
  }
}

}  // namespace wasession::cmd

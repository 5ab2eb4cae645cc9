// An OpenClaw gateway tells neither by its arguments nor by its files which accounts it serves: its
// lock names its configuration, and that names them.
#include <fmt/format.h>

#include "observe/files/files.h"
#include "observe/holders/evidence.h"
#include "observe/holders/gateway_locks.h"
#include "observe/places/openclaw.h"
#include "observe/places/openclaw_paths.h"

namespace wasession::observe {
namespace {

/// The environment in which OpenClaw's rules give what the gateway with this lock uses.
Environment environment_of(const Witness& witness, const openclaw::GatewayLock& lock) {
  using namespace openclaw;
  Environment environment = witness.environment;
  // `--profile` is gone from the command line and never was in the environment.
  const bool own_place = !environment.get(kStateVariable) && !environment.get(kConfigVariable);
  std::string state = lock.state_directory;
  if (state.empty() && own_place) state = parent_path(lock.config_path);
  const auto here = [&](const std::string& path) { return path_from_here(witness.reading, path); };
  if (!lock.config_path.empty()) {
    environment.variables.insert_or_assign(std::string(kConfigVariable), here(lock.config_path));
  }
  if (!state.empty()) {
    environment.variables.insert_or_assign(std::string(kStateVariable), here(state));
  }
  return environment;
}

void add_accounts(const Witness& witness, const Environment& environment, const Evidence& evidence,
                  std::vector<Tie>& ties) {
  const std::string tree = path_from_here(witness.reading, "");
  for (const Place& place : openclaw_active_places(environment).places) {
    if (!place.configured || place.disabled) continue;
    // The rules ran on the paths by which another file tree is reached from here.
    const bool other_tree = !tree.empty();
    std::string path = other_tree ? place.path : resolve(place.path);
    if (path.empty()) continue;
    if (other_tree && path.starts_with(tree)) path.erase(0, tree.size());
    const IndexedStore* const store = witness.stores.at(witness.reading, path);
    if (store != nullptr) ties.push_back({witness.stores.position(*store), evidence});
  }
}

/// Nothing but its title and its environment: it was started with OPENCLAW_ALLOW_MULTI_GATEWAY, or
/// it is a login.
void add_by_title(const Witness& witness, std::vector<Tie>& ties) {
  const std::string_view title =
      std::string_view(witness.reading.arguments).substr(0, witness.reading.arguments.find('\0'));
  const bool is_gateway = title.starts_with(openclaw::kGatewayTitle);
  const bool is_openclaw = names_itself_openclaw(witness.reading);
  if (!is_openclaw || (!is_gateway && witness.connections == 0)) return;
  add_accounts(
      witness, witness.environment,
      {EvidenceKind::environment, witness.connections > 0 ? Strength::likely : Strength::possible,
       "is an OpenClaw whose environment leads to this account"},
      ties);
}

}  // namespace

void gateway_lock(const Witness& witness, std::vector<Tie>& ties) {
  for (const openclaw::GatewayLock& lock : witness.gateway_locks) {
    // 2026.9 holds a lock on each auth directory that it uses; openclaw_lock() sees that.
    if (lock.locks_credentials && witness.reading.readable) continue;
    add_accounts(
        witness, environment_of(witness, lock),
        {EvidenceKind::gateway_lock,
         witness.connections > 0 ? Strength::likely : Strength::possible,
         fmt::format("is the OpenClaw gateway of {}, says {}", lock.config_path, lock.path)},
        ties);
  }
  if (witness.gateway_locks.empty()) add_by_title(witness, ties);
}

}  // namespace wasession::observe

#include "observe/holders/gateway_locks.h"

#include <algorithm>

#include "observe/files/files.h"
#include "observe/places/openclaw_paths.h"

namespace wasession::observe {

bool names_itself_openclaw(const ProcessReading& reading) {
  const std::string_view title =
      std::string_view(reading.arguments).substr(0, reading.arguments.find('\0'));
  return title == openclaw::kProcessTitle || title.starts_with(openclaw::kTitlePrefix);
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

std::vector<std::string> gateway_lock_paths(const ProcessTable& table, const Snapshot& snapshot) {
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
    directories->erase(std::unique(directories->begin(), directories->end()), directories->end());
  }
  return openclaw::gateway_lock_paths(temporary, states);
}

GatewayLocks::GatewayLocks(const ProcessTable& table, const Snapshot& snapshot) {
  for (const std::string& path : gateway_lock_paths(table, snapshot)) {
    if (auto lock = openclaw::read_gateway_lock(path)) locks_.emplace(lock->pid, std::move(*lock));
  }
}

std::vector<openclaw::GatewayLock> GatewayLocks::of(const ProcessReading& reading,
                                                    const Process& process) const {
  std::vector<openclaw::GatewayLock> locks;
  const auto trust = [&](const openclaw::GatewayLock& lock) {
    const bool same_start =
        lock.start == process.identity.start || (lock.start == 0 && names_itself_openclaw(reading));
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

}  // namespace wasession::observe

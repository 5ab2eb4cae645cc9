#include "serve/lately.h"

namespace wasession::serve {

void Lately::note(const Snapshot& snapshot) {
  for (const Process& process : snapshot.processes) {
    if (process.connected_lately || established(process.connections) == 0) continue;
    seen_.insert_or_assign(process.identity, Seen{snapshot.taken_at, process.connections});
  }
  std::erase_if(seen_,
                [&](const auto& entry) { return snapshot.taken_at - entry.second.at > kLately; });
}

observe::SeenConnections Lately::seen() const {
  observe::SeenConnections seen;
  for (const auto& [identity, entry] : seen_) seen.emplace(identity, entry.connections);
  return seen;
}

}  // namespace wasession::serve

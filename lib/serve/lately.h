/// Who was connected a moment ago: of two clients in a fight only one is connected at any moment,
/// and a look that sees the other one waiting would call it harmless.
#pragma once

#include <chrono>
#include <map>
#include <vector>

#include "model/snapshot.h"
#include "observe/observe.h"

namespace wasession::serve {

/// Longer than any of the tools waits between two tries (openclaw.md section 7: 30 s and jitter),
/// with a look or two of slack.
inline constexpr std::chrono::seconds kLately{60};

class Lately {
 public:
  /// Notes who is connected at the Snapshot's time, and forgets who was last seen so before
  /// kLately. What the Snapshot itself knows from here is not noted again.
  void note(const Snapshot& snapshot);

  /// For Scope::lately.
  observe::SeenConnections seen() const;

 private:
  struct Seen {
    Time at;
    std::vector<Connection> connections;
  };
  std::map<ProcessIdentity, Seen> seen_;
};

}  // namespace wasession::serve

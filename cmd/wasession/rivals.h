/// Looks long enough to see both sides of a fight.
#pragma once

#include <chrono>
#include <functional>

#include "options.h"

namespace wasession::cmd {

/// Longer than any of the tools waits between two tries (openclaw.md section 7: 30 s and jitter).
inline constexpr std::chrono::seconds kLongestRetry{40};

/// A look with everything that may show a rival; who was connected a moment ago is in `seen`.
using LookClosely = std::function<Look(const GlobalOptions&, const observe::SeenConnections& seen)>;

/// In a fight only one of two is connected at any moment, and the other waits for its retry. Looks
/// closely, and while the Snapshot is `doubtful`, again and again until both were seen, `longest`
/// is over, or an Interruption came. On a terminal it says what it waits for.
Look look_for_rivals(const GlobalOptions& global, const std::vector<std::string>& selectors,
                     std::chrono::seconds longest, const LookClosely& look_closely,
                     const std::function<bool(const Snapshot&)>& doubtful);

}  // namespace wasession::cmd

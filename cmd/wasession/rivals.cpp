#include "rivals.h"

#include <thread>

#include "interruption.h"
#include "progress_line.h"

namespace wasession::cmd {
namespace {

using Clock = std::chrono::steady_clock;

/// Whoever is connected right now, added to those of earlier looks. True when one is new.
bool note_connections(const Snapshot& snapshot, observe::SeenConnections& seen) {
  bool is_new = false;
  for (const Process& process : snapshot.processes) {
    if (established(process.connections) == 0) continue;
    is_new = seen.insert_or_assign(process.identity, process.connections).second || is_new;
  }
  return is_new;
}

}  // namespace

Look look_for_rivals(const GlobalOptions& global, const std::vector<std::string>& selectors,
                     std::chrono::seconds longest, const LookClosely& look_closely,
                     const std::function<bool(const Snapshot&)>& doubtful) {
  observe::SeenConnections seen;
  Look look = look_closely(global, seen);
  note_connections(look.snapshot, seen);
  if (!doubtful(look.snapshot)) return look;
  const Interruption interruption;
  WaitLine line(!global.quiet);
  GlobalOptions silent = global;
  silent.quiet = true;
  silent.verbose = false;
  const auto begin = Clock::now();
  while (doubtful(look.snapshot) && Clock::now() - begin < longest && *Interruption::flag() == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    line.show("looking whether two processes connect in turn",
              std::chrono::floor<std::chrono::milliseconds>(Clock::now() - begin), longest);
    if (note_connections(look_at_machine(silent, selectors).snapshot, seen)) {
      look = look_closely(silent, seen);
    }
  }
  return look;
}

}  // namespace wasession::cmd

/// What disconnect, purge-creds and restore have in common: show the plan, ask, take the steps,
/// show what came of them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "model/plan.h"
#include "options.h"

namespace wasession::cmd {

struct CarryOut {
  std::string_view command;   ///< `disconnect`, as it was typed
  std::string_view schema;    ///< `wasession.disconnect/1`
  bool dry_run = false;       ///< show the plan and change nothing
  bool confirmed = false;     ///< --yes, --force, or nothing that could be lost
  std::string nothing_to_do;  ///< a sentence for an empty plan with nothing left standing
  std::string epilogue;       ///< printed when all was done; lines
  std::chrono::milliseconds timeout{10'000};
  bool on_stderr = false;  ///< stdout belongs to somebody else
};

/// Shows the Decision about the look's Snapshot, and unless it is a dry run asks and applies it.
/// Returns the exit status: 0 when all was done, 1 when something is left standing, 2 when nobody
/// can be asked, 3 when the machine did not allow it. `selectors` are looked at again by the steps
/// that watch.
int carry_out(const GlobalOptions& global, const CarryOut& request, const Look& look,
              const std::vector<std::string>& selectors, Decision decision);

/// Where purged credentials wait; empty when there is no home to keep it in.
std::string quarantine_directory(const observe::Environment& environment);

/// Undoes what an earlier run was killed in the middle of, and says so. With `only_say` nothing is
/// changed.
void recover(const GlobalOptions& global, bool only_say);

/// Deletes what has waited in quarantine for longer than it is kept.
void expire(const GlobalOptions& global);

/// Writes into the registry what was done and what came of it. What fails is a warning.
void remember_action(const GlobalOptions& global, std::string_view command, const Look& look,
                     const std::vector<Outcome>& outcomes, const std::vector<Left>& left);

}  // namespace wasession::cmd

/// The room of `wasession serve`: an HTTP endpoint over what observe sees, judge makes of it and
/// report renders. It reads only: nothing here changes the machine, but for the socket it listens
/// on. No secret enters it but the bearer token, of which only a digest is kept.
///
/// This file: what is said of one observation, rendered once and then shared by all who ask.
#pragma once

#include <memory>
#include <string>

#include "model/finding.h"
#include "model/snapshot.h"

namespace wasession::serve {

struct Rendering {
  bool show_numbers = false;           ///< phone numbers and names unmasked
  Severity fail_on = Severity::error;  ///< from here on /healthz answers 503
};

/// Bodies of one observation. Shared ones, because a slow reader may keep them for longer than the
/// next observation takes.
struct Answers {
  using Body = std::shared_ptr<const std::string>;

  bool healthy = false;  ///< nothing at or above fail_on
  Body health;           ///< `wasession.health/1`
  Body sessions;         ///< `wasession.list/1`
  Body findings;         ///< `wasession.doctor/1`
  Body metrics;          ///< of the machine; those of the process are another part
  std::string status;    ///< one line for systemctl status
};

/// Judges the Snapshot and renders it.
Answers render(const Snapshot& snapshot, const Rendering& rendering);

}  // namespace wasession::serve

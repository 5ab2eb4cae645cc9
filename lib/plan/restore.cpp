#include <fmt/format.h>

#include "plan/plan.h"

namespace wasession::plan {

Decision restore(std::span<const Quarantined> entries) {
  Decision decision;
  for (const Quarantined& entry : entries) {
    Step step;
    step.kind = StepKind::restore;
    step.target = entry.path;
    step.why =
        fmt::format("the credential of {} comes back from quarantine {}", entry.session, entry.id);
    Purge purge;
    purge.session = entry.session;
    purge.tool = entry.tool;
    purge.kind = entry.kind;
    purge.jid = entry.jid;
    purge.quarantine_id = entry.id;
    step.purge = std::move(purge);
    decision.plan.push_back(std::move(step));
  }
  return decision;
}

}  // namespace wasession::plan

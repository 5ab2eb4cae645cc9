/// What `wasession disconnect`, `purge-creds` and `restore` show: what is to be done, and what came
/// of it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/plan.h"
#include "model/snapshot.h"
#include "report/style.h"

namespace wasession::report {

/// Everything that one run of such a command has to say.
struct PlanReport {
  std::string_view schema;  ///< `wasession.disconnect/1`
  const Snapshot& snapshot;
  const Decision& decision;
  const std::vector<Outcome>& outcomes;
  bool dry_run;
};

/// What a person reads before the answer y: who stays, the numbered steps, and what is left
/// standing with the command that would do it on a line of its own. Wrapped at `width` columns of
/// the terminal; names of files and commands stay whole. Empty when there is nothing to say.
std::string plan_text(const PlanReport& report, std::size_t width, const Style& style);

/// One line for each step that was, or was not, taken.
std::string outcome_text(std::span<const Outcome> outcomes, const Style& style);

/// An object of `report.schema`, without a newline at its end.
std::string plan_json(const PlanReport& report);

}  // namespace wasession::report

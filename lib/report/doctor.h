/// What `wasession doctor` shows of findings, incidents and what --fix did.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/finding.h"
#include "model/plan.h"
#include "model/snapshot.h"
#include "report/style.h"

namespace wasession::report {

/// healthy: nothing above info. warnings: no error. errors: at least one.
std::string_view verdict_of(std::span<const Finding> findings);

/// Everything that one run of doctor has to say.
struct DoctorReport {
  const Snapshot& snapshot;
  std::vector<std::size_t> sessions;  ///< positions of those that were asked for
  std::vector<Finding> findings;      ///< errors first
  Plan plan;                          ///< of --fix
  std::vector<Outcome> outcomes;
  bool fix = false;   ///< --fix was asked for: an empty plan means that there was nothing to do
  bool only = false;  ///< findings of other codes were left out: nothing can be called healthy
};

/// The verdict screen: each error and warning with who, since when and how often, why, and what to
/// type; then what is only worth knowing; on a healthy machine a line for each session. `width` in
/// columns of the terminal.
std::string doctor_text(const DoctorReport& report, std::size_t width, const Style& style);

/// `wasession.doctor/1`, without a newline at its end.
std::string doctor_json(const DoctorReport& report);

/// Counts over time as one character each, `▁` to `█`; a blank where there is none.
std::string sparkline(std::span<const std::size_t> counts);

}  // namespace wasession::report

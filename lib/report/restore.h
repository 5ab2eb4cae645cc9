/// What `wasession restore --list` shows of the quarantine.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/quarantine.h"
#include "model/time.h"
#include "model/warning.h"
#include "report/style.h"

namespace wasession::report {

struct QuarantineReport {
  Time taken_at;
  std::string host;
  std::vector<Quarantined> entries;
  std::vector<Warning> warnings;
};

/// A table with a row for each entry, as wide as `width` columns of the terminal; those that were
/// restored say so.
std::string quarantine_text(const QuarantineReport& report, std::size_t width, const Style& style);

/// `wasession.restore/1`, without a newline at its end.
std::string quarantine_json(const QuarantineReport& report);

}  // namespace wasession::report

/// The room of rules: a pure function from a Snapshot to what is wrong. No input or output, no
/// clock: the Snapshot carries its own time.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "model/snapshot.h"

namespace wasession::judge {

/// One rule: appends a finding for each case of it in the Snapshot.
struct Rule {
  std::string_view code;   ///< stable: scripts match it
  std::string_view about;  ///< one line for people, and for the completion
  void (*judge)(const Snapshot&, std::vector<Finding>&);
};

/// Every rule, in the order in which findings of one severity are shown.
std::span<const Rule> rules();

/// What all rules find, errors first, then warnings, then infos.
std::vector<Finding> judge(const Snapshot& snapshot);

}  // namespace wasession::judge

/// What is to be done, step by step, and what came of it. Values only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/session.h"

namespace wasession {

/// What a step does; apply has one function for each.
enum class StepKind { remove_stale_lock, restrict_permissions, set_registry_aside };

/// One change, with the sentence that a person reads and what must still be so when it is made.
struct Step {
  StepKind kind = StepKind::remove_stale_lock;
  std::string target;      ///< the path, byte for byte
  std::string why;         ///< one sentence
  FileIdentity identity;   ///< the file that was judged: another one in its place is left alone
  ProcessIdentity owner;   ///< remove_stale_lock: whom it names, as in StaleLock
  std::uint32_t mode = 0;  ///< restrict_permissions: the mode to set
};

using Plan = std::vector<Step>;

enum class Result { done, skipped, failed };

struct Outcome {
  Step step;
  Result result = Result::done;
  std::string detail;  ///< why it was skipped or failed; what was done
};

std::string_view to_string(StepKind kind);
std::string_view to_string(Result result);

}  // namespace wasession

/// Why a step of several calls ended early. Values only.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "model/plan.h"

namespace wasession::apply {

enum class TroubleKind {
  could_not,   ///< the machine did not allow it
  refused,     ///< it would have been wrong
  not_needed,  ///< there is nothing to do, or not any more
  interrupted
};

struct Trouble {
  std::string what;  ///< a clause
  TroubleKind kind = TroubleKind::could_not;
};

/// Nothing: all went well.
using MaybeTrouble = std::optional<Trouble>;

/// `tried` is a clause: "it can't be opened". `error` is an errno.
inline Trouble trouble(std::string_view tried, int error) {
  return {fmt::format("{}: {}", tried, std::strerror(error)), TroubleKind::could_not};
}

inline Trouble refusal(std::string why) {
  return {std::move(why), TroubleKind::refused};
}

inline Outcome outcome_of(const Step& step, Trouble trouble) {
  const bool stays = trouble.kind == TroubleKind::not_needed;
  return {step, stays ? Result::skipped : Result::failed, std::move(trouble.what),
          trouble.kind == TroubleKind::could_not};
}

}  // namespace wasession::apply

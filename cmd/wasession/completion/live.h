/// The words that only this machine knows: what `wasession __complete WHAT` prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/registry.h"

namespace wasession::cmd::completion {

struct Word {
  std::string text;
  std::string about;
};

struct LiveKind {
  std::string_view value_name;  ///< in the help: `SESSION`
  std::string_view what;        ///< for `wasession __complete`: `sessions`
  /// `registry` is null when there is none, or it can't be read.
  std::vector<Word> (*words)(registry::Registry* registry);
};

/// Null for a value that is none of them.
const LiveKind* find_live_kind(std::string_view value_name);

/// Null for a word that stands for none.
const LiveKind* find_live_words(std::string_view what);

}  // namespace wasession::cmd::completion

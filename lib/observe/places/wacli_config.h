/// Reads wacli's config.yaml: which accounts there are and where their stores lie.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/warning.h"

namespace wasession::observe {

struct WacliAccount {
  std::string name;
  std::string store;  ///< as written; empty: `accounts/NAME`
};

struct WacliConfig {
  std::vector<WacliAccount> accounts;  ///< in the order of the file
  std::vector<Warning> warnings;       ///< each names the file, the line and what is wrong
};

/// Parses the text of a config.yaml; `path` is for the warnings. Keys that it does not know are
/// passed over (wacli itself refuses them). An account that is wrong does not hide the next one.
WacliConfig parse_wacli_config(std::string_view text, const std::string& path);

/// Reads a file of at most 1 MiB; a missing one has no accounts and is no warning.
WacliConfig read_wacli_config(const std::string& path);

}  // namespace wasession::observe

/// The `$include` half of loading OpenClaw's configuration.
#pragma once

#include <string>

#include "observe/config/openclaw_config.h"

namespace wasession::observe {

/// Reads `config.value` from `path` with every include resolved, and sets `config.found`.
void read_with_includes(const std::string& path, OpenclawConfig& config);

/// `where.key`, or `key` at the top.
std::string inner_path(const std::string& where, std::string_view key);

}  // namespace wasession::observe

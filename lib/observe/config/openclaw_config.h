/// OpenClaw's configuration as the running gateway sees it: JSON5, `$include`, `${VARIABLE}`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "observe/config/dotenv.h"

namespace wasession::observe {

/// One thing that is wrong. `where` names the part of the configuration that it spoils, as
/// `channels.whatsapp.accounts.biz`; empty means all of it.
struct ConfigProblem {
  std::string file;
  std::string where;
  std::string what;  ///< a clause with the cure; no value of the configuration is in it
};

struct OpenclawConfig {
  bool found = false;    ///< the file exists, readable or not
  nlohmann::json value;  ///< an object; empty when the file could not be read
  Variables variables;   ///< those given, and what the configuration's own `env` adds
  std::vector<ConfigProblem> problems;
};

/// Loads `path` (absolute) as OpenClaw 2026.2 and 2026.9 do. Includes are merged (objects by key,
/// arrays joined, otherwise the later wins; keys beside `$include` come last); they may nest 10
/// deep (OpenClaw's limit), and all files together are 256 at most and 16 MiB. The `env` part then
/// adds variables that are unset or blank, and `${NAME}` in every string is replaced, `$${NAME}`
/// being the escape. Where OpenClaw would refuse the whole configuration this keeps the rest: a
/// broken include counts as an empty object, and a string that names an unset or empty variable
/// becomes null, as does one that the values of variables make longer than 64 KiB, and every one
/// after they have added 4 MiB to the whole. Never throws for what is wrong with a file; a missing
/// file is no problem.
OpenclawConfig load_openclaw_config(const std::string& path, const Variables& variables);

}  // namespace wasession::observe

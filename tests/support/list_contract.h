/// The contract of `list --json`, wasession.list/1, as a table: a key or a type that is not in it
/// is a breach, and so is a key that is always there and is missing.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace wasession::test {

/// What is wrong, one `path: fault` a line; empty when nothing is.
std::string contract_violations(const nlohmann::json& list);

}  // namespace wasession::test

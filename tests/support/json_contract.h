/// The contracts of the JSON outputs as tables: a key or a type that is not in them is a breach,
/// and so is a key that is always there and is missing.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace wasession::test {

/// What is wrong with a `wasession.list/1`, one `path: fault` a line; empty when nothing is.
std::string list_violations(const nlohmann::json& list);

/// The same for a `wasession.who-holds/1`.
std::string who_holds_violations(const nlohmann::json& answer);

/// The same for a `wasession.doctor/1`.
std::string doctor_violations(const nlohmann::json& answer);

/// The same for what disconnect, purge-creds and restore do: `wasession.disconnect/1`, ….
std::string plan_violations(const nlohmann::json& answer);

/// The same for the listing of the quarantine, `wasession.restore/1`.
std::string quarantine_violations(const nlohmann::json& listing);

}  // namespace wasession::test

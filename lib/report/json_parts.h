/// What the JSON of several commands has in common (README, JSON).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/plan.h"
#include "model/snapshot.h"
#include "report/json_writer.h"

namespace wasession::report {

/// `schema`, `generated_at` and `host`, in the object that was begun.
void write_head(JsonWriter& json, std::string_view schema, const Snapshot& snapshot);
void write_head(JsonWriter& json, std::string_view schema, Time taken_at, std::string_view host);

/// The member, unless the fact is absent or empty.
void write_fact(JsonWriter& json, std::string_view key, std::string_view text);
void write_fact(JsonWriter& json, std::string_view key, const std::optional<std::string>& text);
void write_fact(JsonWriter& json, std::string_view key, const std::optional<Time>& time);

/// The members of a process, in the object that was begun.
void write_process(JsonWriter& json, const Process& process);

/// `holders`: who holds the session, the most certain first.
void write_holders(JsonWriter& json, const Snapshot& snapshot, const Session& session);

/// `plan`: what is to be done.
void write_plan(JsonWriter& json, const Plan& plan);

/// `outcome`: what came of it.
void write_outcomes(JsonWriter& json, const std::vector<Outcome>& outcomes);

/// `warnings`: what could not be looked at.
void write_warnings(JsonWriter& json, const std::vector<Warning>& warnings);

}  // namespace wasession::report

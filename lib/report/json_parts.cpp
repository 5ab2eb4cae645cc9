#include "report/json_parts.h"

namespace wasession::report {
namespace {

void write_connections(JsonWriter& json, const std::vector<Connection>& connections) {
  json.key("connections");
  json.begin_array();
  for (const Connection& connection : connections) {
    json.begin_object();
    json.member("remote", connection.remote);
    json.member("state", connection.state);
    if (connection.through_proxy) {
      json.key("through_proxy");
      json.boolean(true);
    }
    json.end_object();
  }
  json.end_array();
}

void write_evidence(JsonWriter& json, const std::vector<Evidence>& evidence) {
  json.key("evidence");
  json.begin_array();
  for (const Evidence& fact : evidence) {
    json.begin_object();
    json.member("kind", to_string(fact.kind));
    json.member("strength", to_string(fact.strength));
    json.member("detail", fact.detail);
    json.end_object();
  }
  json.end_array();
}

void write_step(JsonWriter& json, const Step& step) {
  json.member("step", to_string(step.kind));
  json.member("target", step.target);
}

}  // namespace

void write_head(JsonWriter& json, std::string_view schema, const Snapshot& snapshot) {
  write_head(json, schema, snapshot.taken_at, snapshot.host);
}

void write_head(JsonWriter& json, std::string_view schema, Time taken_at, std::string_view host) {
  json.member("schema", schema);
  json.member("generated_at", rfc3339(taken_at));
  json.member("host", host);
}

void write_fact(JsonWriter& json, std::string_view key, std::string_view text) {
  if (!text.empty()) json.member(key, text);
}

void write_fact(JsonWriter& json, std::string_view key, const std::optional<std::string>& text) {
  if (text) json.member(key, *text);
}

void write_fact(JsonWriter& json, std::string_view key, const std::optional<Time>& time) {
  if (time) json.member(key, rfc3339(*time));
}

void write_process(JsonWriter& json, const Process& process) {
  json.key("pid");
  json.number(static_cast<std::uint64_t>(process.identity.pid));
  json.member("start_time", rfc3339(process.started_at));
  json.key("uid");
  json.number(process.uid);
  write_fact(json, "user", std::string_view(process.user));
  write_fact(json, "command", std::string_view(process.command));
  write_fact(json, "exe", std::string_view(process.executable));
  write_fact(json, "cwd", std::string_view(process.working_directory));
  if (process.supervisor) {
    json.key("supervisor");
    json.begin_object();
    json.member("kind", to_string(process.supervisor->kind));
    write_fact(json, "unit", std::string_view(process.supervisor->unit));
    json.end_object();
  }
  if (process.readable) write_connections(json, process.connections);
}

void write_holders(JsonWriter& json, const Snapshot& snapshot, const Session& session) {
  json.key("holders");
  json.begin_array();
  for (const Holder& holder : session.holders) {
    json.begin_object();
    write_process(json, snapshot.processes[holder.process]);
    json.member("confidence", to_string(holder.confidence));
    if (holder.two_sockets) {
      json.key("two_sockets");
      json.boolean(true);
    }
    write_evidence(json, holder.evidence);
    json.end_object();
  }
  json.end_array();
}

void write_plan(JsonWriter& json, const Plan& plan) {
  json.key("plan");
  json.begin_array();
  for (const Step& step : plan) {
    json.begin_object();
    write_step(json, step);
    json.member("why", step.why);
    json.end_object();
  }
  json.end_array();
}

void write_outcomes(JsonWriter& json, const std::vector<Outcome>& outcomes) {
  json.key("outcome");
  json.begin_array();
  for (const Outcome& outcome : outcomes) {
    json.begin_object();
    write_step(json, outcome.step);
    json.member("result", to_string(outcome.result));
    json.member("detail", outcome.detail);
    json.end_object();
  }
  json.end_array();
}

void write_warnings(JsonWriter& json, const std::vector<Warning>& warnings) {
  json.key("warnings");
  json.begin_array();
  for (const Warning& warning : warnings) {
    json.begin_object();
    if (!warning.path.empty()) json.member("path", warning.path);
    json.member("what", warning.what);
    json.end_object();
  }
  json.end_array();
}

}  // namespace wasession::report

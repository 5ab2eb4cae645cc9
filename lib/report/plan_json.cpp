#include "report/json_parts.h"
#include "report/plan.h"

namespace wasession::report {
namespace {

void write_kept(JsonWriter& json, const std::vector<Kept>& kept) {
  json.key("kept");
  json.begin_array();
  for (const Kept& one : kept) {
    json.begin_object();
    json.member("session", one.session);
    if (one.process.pid > 0) {
      json.key("pid");
      json.number(static_cast<std::uint64_t>(one.process.pid));
    }
    json.member("why", one.why);
    json.end_object();
  }
  json.end_array();
}

void write_left(JsonWriter& json, const std::vector<Left>& left) {
  json.key("left");
  json.begin_array();
  for (const Left& one : left) {
    json.begin_object();
    json.member("target", one.target);
    json.member("why", one.why);
    write_fact(json, "command", std::string_view(one.command));
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string plan_json(const PlanReport& report) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_head(json, report.schema, report.snapshot);
  json.key("dry_run");
  json.boolean(report.dry_run);
  write_kept(json, report.decision.kept);
  write_plan(json, report.decision.plan);
  write_left(json, report.decision.left);
  write_outcomes(json, report.outcomes);
  write_warnings(json, report.snapshot.warnings);
  json.end_object();
  return out;
}

}  // namespace wasession::report

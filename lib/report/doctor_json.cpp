#include <algorithm>
#include <map>
#include <set>

#include "report/doctor.h"
#include "report/json_parts.h"

namespace wasession::report {
namespace {

void write_strings(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key);
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_finding(JsonWriter& json, const Snapshot& snapshot, const Finding& finding) {
  json.begin_object();
  json.member("code", finding.code);
  json.member("severity", to_string(finding.severity));
  json.key("sessions");
  json.begin_array();
  for (const std::size_t session : finding.sessions) json.string(snapshot.sessions[session].id);
  json.end_array();
  json.key("pids");
  json.begin_array();
  for (const std::size_t process : finding.processes) {
    json.number(static_cast<std::uint64_t>(snapshot.processes[process].identity.pid));
  }
  json.end_array();
  write_fact(json, "path", std::string_view(finding.path));
  json.member("summary", finding.summary);
  json.member("explanation", finding.explanation);
  write_strings(json, "remedy", finding.remedy);
  if (finding.fixable) {
    json.key("fixable");
    json.boolean(true);
  }
  json.end_object();
}

/// Only disconnects are counted.
void write_incidents(JsonWriter& json, const Snapshot& snapshot) {
  std::map<int, std::uint64_t> by_status;
  std::uint64_t total = 0;
  const Incident* first = nullptr;
  const Incident* last = nullptr;
  for (const Incident& incident : snapshot.incidents) {
    if (incident.kind != IncidentKind::disconnected) continue;
    ++total;
    ++by_status[incident.status];
    if (first == nullptr) first = &incident;
    last = &incident;
  }
  json.key("incidents");
  json.begin_object();
  json.key("total");
  json.number(total);
  json.key("by_status");
  json.begin_object();
  for (const auto& [status, count] : by_status) {
    json.key(status == 0 ? "unknown" : std::to_string(status));
    json.number(count);
  }
  json.end_object();
  if (first != nullptr) {
    json.member("first_at", rfc3339(first->at));
    json.member("last_at", rfc3339(last->at));
  }
  std::vector<std::string> sources;
  for (const LogSource& log : snapshot.logs) sources.push_back(log.path);
  write_strings(json, "sources", sources);
  json.end_object();
}

}  // namespace

std::string_view verdict_of(std::span<const Finding> findings) {
  Severity worst = Severity::info;
  for (const Finding& finding : findings) worst = std::max(worst, finding.severity);
  switch (worst) {
    case Severity::error:
      return "errors";
    case Severity::warning:
      return "warnings";
    case Severity::info:
      return "healthy";
  }
  return "healthy";
}

std::string doctor_json(const DoctorReport& report) {
  const Snapshot& snapshot = report.snapshot;
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_head(json, "wasession.doctor/1", snapshot);
  json.member("verdict", verdict_of(report.findings));
  json.key("findings");
  json.begin_array();
  for (const Finding& finding : report.findings) write_finding(json, snapshot, finding);
  json.end_array();
  write_incidents(json, snapshot);
  if (report.fix) {
    write_plan(json, report.plan);
    write_outcomes(json, report.outcomes);
  }
  write_warnings(json, snapshot.warnings);
  json.end_object();
  return out;
}

}  // namespace wasession::report

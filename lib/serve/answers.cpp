#include "serve/answers.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "judge/judge.h"
#include "report/doctor.h"
#include "report/json_parts.h"
#include "report/json_writer.h"
#include "report/list.h"
#include "report/metrics.h"
#include "report/redact.h"

namespace wasession::serve {
namespace {

Answers::Body shared(std::string text) {
  text.shrink_to_fit();
  return std::make_shared<const std::string>(std::move(text));
}

/// The verdict, and what made it: notes need no action and are left to /v1/findings.
std::string health_json(const Snapshot& snapshot, const std::vector<Finding>& findings) {
  std::string out;
  report::JsonWriter json(out);
  json.begin_object();
  report::write_head(json, "wasession.health/1", snapshot);
  json.member("verdict", report::verdict_of(findings));
  json.key("findings");
  json.begin_array();
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::info) continue;
    json.begin_object();
    json.member("code", finding.code);
    json.member("severity", to_string(finding.severity));
    json.member("summary", finding.summary);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  out += '\n';
  return out;
}

std::string sessions_json(const Snapshot& snapshot, const std::vector<std::size_t>& positions) {
  std::string out;
  report::list_json(snapshot, positions, [&](std::string_view piece) { out += piece; });
  out += '\n';
  return out;
}

std::vector<std::string_view> all_codes() {
  std::vector<std::string_view> codes;
  for (const judge::Rule& rule : judge::rules()) codes.push_back(rule.code);
  return codes;
}

/// Codes only: whoever may ask systemd for the status may not be one who may see numbers.
std::string status_line(const Snapshot& snapshot, const std::vector<Finding>& findings) {
  std::string codes;
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::info || codes.find(finding.code) != std::string::npos) {
      continue;
    }
    codes += codes.empty() ? ": " : ", ";
    codes += finding.code;
  }
  return fmt::format("{}{}; sessions: {}", report::verdict_of(findings), codes,
                     snapshot.sessions.size());
}

}  // namespace

Answers render(const Snapshot& snapshot, const Rendering& rendering) {
  std::vector<Finding> findings = judge::judge(snapshot);
  Answers answers;
  answers.healthy = std::ranges::none_of(
      findings, [&](const Finding& finding) { return finding.severity >= rendering.fail_on; });
  answers.status = status_line(snapshot, findings);
  answers.metrics = shared(report::machine_metrics(snapshot, findings, all_codes()));

  std::optional<Snapshot> masked;
  if (!rendering.show_numbers) {
    Plan none;
    std::vector<Outcome> nothing;
    report::redact(findings, none, nothing, snapshot);
    masked = report::redact(snapshot);
  }
  const Snapshot& shown = masked ? *masked : snapshot;
  std::vector<std::size_t> all(shown.sessions.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  answers.health = shared(health_json(shown, findings));
  answers.sessions = shared(sessions_json(shown, all));
  const report::DoctorReport report{shown, std::move(all), std::move(findings), {}, {}, false};
  answers.findings = shared(report::doctor_json(report) + "\n");
  return answers;
}

}  // namespace wasession::serve

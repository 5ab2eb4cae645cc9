#include "report/doctor.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "apply/apply.h"
#include "carry_out.h"
#include "commands.h"
#include "examine.h"
#include "judge/judge.h"
#include "model/time.h"
#include "plan/plan.h"
#include "remember.h"
#include "report/redact.h"
#include "rivals.h"
#include "terminal.h"

namespace wasession::cmd {
namespace {

/// Most clients try again within seconds; who waits for the answer has other things to do.
constexpr std::chrono::seconds kLongestDoubt{15};

struct DoctorOptions {
  std::vector<std::string> selectors;
  std::string since = "24h";
  std::vector<std::string> logs;
  bool fix = false;
  std::string fail_on = "error";
  std::vector<std::string> only;
};

std::vector<std::string> codes() {
  std::vector<std::string> codes;
  for (const judge::Rule& rule : judge::rules()) codes.emplace_back(rule.code);
  return codes;
}

/// Findings about the chosen sessions, and those about no session at all; of the codes that were
/// asked for.
std::vector<Finding> findings_of(const Snapshot& snapshot, const std::vector<std::size_t>& chosen,
                                 const std::vector<std::string>& only) {
  std::vector<Finding> findings = judge::judge(snapshot);
  std::erase_if(findings, [&](const Finding& finding) {
    if (!only.empty() && std::ranges::find(only, finding.code) == only.end()) return true;
    return !finding.sessions.empty() &&
           std::none_of(finding.sessions.begin(), finding.sessions.end(), [&](std::size_t session) {
             return std::binary_search(chosen.begin(), chosen.end(), session);
           });
  });
  return findings;
}

/// A log that tells of the fight is enough, and nothing needs to be waited for.
bool in_doubt(const Snapshot& snapshot) {
  return plan::may_be_a_fight(snapshot) && report::verdict_of(judge::judge(snapshot)) != "errors";
}

bool print_report(const GlobalOptions& global, const report::DoctorReport& report) {
  if (global.json) return write_output(report::doctor_json(report) + "\n");
  const report::Style style{wants_colour(global.colour)};
  return write_output(report::doctor_text(report, output_width(), style));
}

int verdict_status(const DoctorOptions& options, const std::vector<Finding>& findings) {
  const Severity least = options.fail_on == "warning" ? Severity::warning : Severity::error;
  const bool fails = std::any_of(findings.begin(), findings.end(),
                                 [&](const Finding& finding) { return finding.severity >= least; });
  return fails ? kAnswerIsNo : kDone;
}

int run_doctor(const GlobalOptions& global, const DoctorOptions& options) {
  recover(global, false);
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto since = parse_moment(options.since, now);
  if (!since) {
    print_error(
        fmt::format("--since {} is no time: say 30m, 24h, 7d or 2026-11-22T15:30", options.since));
    return kWrongUsage;
  }
  const LookClosely look_closely = [&](const GlobalOptions& options_of_look,
                                       const observe::SeenConnections& seen) {
    Look closely = look_at_machine(options_of_look, options.selectors, seen);
    examine(options_of_look, {*since, options.logs}, closely);
    return closely;
  };
  Look look = look_for_rivals(global, options.selectors, kLongestDoubt, look_closely, in_doubt);
  const auto positions = chosen_sessions(global, look, options.selectors);
  if (!positions) return kWrongUsage;
  std::vector<Finding> findings = findings_of(look.snapshot, *positions, options.only);
  Plan plan;
  std::vector<Outcome> outcomes;
  if (options.fix) {
    plan = plan::fix(look.snapshot, findings);
    apply::Means means;
    means.quarantine = quarantine_directory(look.environment);
    outcomes = apply::apply(plan, means);
    if (!outcomes.empty()) remember_action(global, "doctor --fix", look, outcomes, {});
    // What is cured is no finding any more.
    look = look_closely(global, {});
    findings = findings_of(look.snapshot, *positions, options.only);
  }
  const int status = verdict_status(options, findings);
  const bool failed = std::any_of(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) {
    return outcome.result == Result::failed;
  });
  std::optional<Snapshot> redacted;
  if (global.redact) {
    report::redact(findings, plan, outcomes, look.snapshot);
    redacted = report::redact(look.snapshot);
  }
  const report::DoctorReport report{redacted ? *redacted : look.snapshot,
                                    *positions,
                                    findings,
                                    plan,
                                    outcomes,
                                    options.fix,
                                    !options.only.empty()};
  if (report.snapshot.sessions.empty() && !global.json) print_nothing_found(global);
  if (!print_report(global, report)) {
    print_error(fmt::format("can't write the output: {}", std::strerror(errno)));
    return kCannot;
  }
  if (!look.registry_damaged) remember_look(global, look);
  return failed ? kCannot : status;
}

}  // namespace

void add_doctor(CLI::App& app, const GlobalOptions& global, int* exit_code) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App* const doctor =
      app.add_subcommand("doctor", "Why WhatsApp answers 440 (or else), and what to type");
  doctor->add_option("SESSION", options->selectors, kSessionHelp)->type_name("");
  doctor
      ->add_option("--since", options->since,
                   "How far back logs count: 30m, 24h, 7d, or a date and time")
      ->type_name("TIME")
      ->capture_default_str();
  doctor->add_option("--log", options->logs, "Read this log, too (repeatable; .gz as well)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  doctor->add_flag("--fix", options->fix,
                   "Cure what can't lose anything: stale locks, permissions, a damaged registry");
  doctor->add_option("--fail-on", options->fail_on, "End with 1 from this severity on")
      ->check(CLI::IsMember({"warning", "error"}))
      ->type_name("SEVERITY")
      ->capture_default_str();
  doctor->add_option("--only", options->only, "Only findings of this code (repeatable)")
      ->check(CLI::IsMember(codes()))
      ->type_name("CODE")
      ->allow_extra_args(false);
  finish_command(*doctor);
  doctor->callback([options, &global, exit_code] { *exit_code = run_doctor(global, *options); });
}

}  // namespace wasession::cmd

#include "carry_out.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "apply/apply.h"
#include "apply/quarantine.h"
#include "interruption.h"
#include "model/time.h"
#include "progress_line.h"
#include "report/plan.h"
#include "report/redact.h"
#include "terminal.h"

namespace wasession::cmd {
namespace {

/// What is shown, masked when --redact is given.
class Screen {
 public:
  Screen(const GlobalOptions& global, const CarryOut& request, const Snapshot& snapshot,
         const Decision& decision)
      : global_(global), request_(request), snapshot_(snapshot), decision_(decision) {}

  /// Before anything is done. JSON comes once, at the end; who is to answer reads this on stderr.
  bool show_plan(bool asked) const {
    if (global_.json && !asked) return true;
    const std::string text = with({}, [&](const report::PlanReport& report) {
      return report::plan_text(report, output_width(), style());
    });
    if (!global_.json) return write(text);
    std::cerr << text;
    return true;
  }

  bool show_outcomes(const std::vector<Outcome>& outcomes) const {
    return write(with(outcomes, [&](const report::PlanReport& report) {
      if (global_.json) return report::plan_json(report) + "\n";
      return report::outcome_text(report.outcomes, style());
    }));
  }

  bool say(const std::string& line) const {
    if (global_.json || global_.quiet) return true;
    return write((global_.redact ? report::redact_text(line, snapshot_) : line) + "\n");
  }

 private:
  bool write(const std::string& text) const {
    return write_output(text, request_.on_stderr ? STDERR_FILENO : STDOUT_FILENO);
  }

  report::Style style() const { return {wants_colour(global_.colour)}; }

  template <typename Make>
  std::string with(std::vector<Outcome> outcomes, Make make) const {
    if (!global_.redact) {
      return make(
          report::PlanReport{request_.schema, snapshot_, decision_, outcomes, request_.dry_run});
    }
    Decision decision = decision_;
    report::redact(decision, outcomes, snapshot_);
    const Snapshot snapshot = report::redact(snapshot_);
    return make(
        report::PlanReport{request_.schema, snapshot, decision, outcomes, request_.dry_run});
  }

  const GlobalOptions& global_;
  const CarryOut& request_;
  const Snapshot& snapshot_;
  const Decision& decision_;
};

bool can_ask() {
  return is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO);
}

bool ask() {
  std::cerr << "Do this? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes";
}

/// The same look again, without repeating its warnings.
Snapshot look_again(GlobalOptions global, const std::vector<std::string>& selectors) {
  global.quiet = true;
  global.verbose = false;
  return look_at_machine(global, selectors).snapshot;
}

std::vector<Outcome> take_steps(const GlobalOptions& global, const CarryOut& request,
                                const Look& look, const std::vector<std::string>& selectors,
                                const Plan& plan) {
  const Interruption interruption;
  WaitLine line(!global.quiet);
  apply::Means means;
  means.quarantine = quarantine_directory(look.environment);
  means.timeout = request.timeout;
  means.look = [&] { return look_again(global, selectors); };
  means.waiting = [&](const std::string& what, std::chrono::milliseconds waited,
                      std::chrono::milliseconds limit) { line.show(what, waited, limit); };
  means.interrupted = Interruption::flag();
  return apply::apply(plan, means);
}

int status_of(const std::vector<Outcome>& outcomes, const Decision& decision) {
  const auto failed = [](const Outcome& outcome) { return outcome.result == Result::failed; };
  const auto could_not = [&](const Outcome& outcome) {
    return failed(outcome) && outcome.could_not;
  };
  if (std::any_of(outcomes.begin(), outcomes.end(), could_not)) return kCannot;
  const bool left = !decision.left.empty() || std::any_of(outcomes.begin(), outcomes.end(), failed);
  return left ? kAnswerIsNo : kDone;
}

int report_unwritten() {
  print_error(fmt::format("can't write the output: {}", std::strerror(errno)));
  return kCannot;
}

}  // namespace

int carry_out(const GlobalOptions& global, const CarryOut& request, const Look& look,
              const std::vector<std::string>& selectors, Decision decision) {
  const Screen screen(global, request, look.snapshot, decision);
  const bool empty = decision.plan.empty();
  const bool asks = !request.confirmed && !request.dry_run && !empty;
  if (empty && decision.left.empty() && !screen.say(request.nothing_to_do)) {
    return report_unwritten();
  }
  if (!screen.show_plan(asks && can_ask())) return report_unwritten();
  if (asks && !can_ask()) {
    print_error(
        "nothing was done: there is no terminal to ask on; add --yes to do it without asking, "
        "or --dry-run to only see it");
    return kWrongUsage;
  }
  std::vector<Outcome> outcomes;
  if (request.dry_run || empty) {
    if (global.json && !screen.show_outcomes(outcomes)) return report_unwritten();
    return status_of(outcomes, decision);
  }
  if (asks && !ask()) {
    print_error("nothing was done");
    return kAnswerIsNo;
  }
  outcomes = take_steps(global, request, look, selectors, decision.plan);
  const bool written = screen.show_outcomes(outcomes);
  remember_action(global, request.command, look, outcomes, decision.left);
  const int status = status_of(outcomes, decision);
  const bool any = std::any_of(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) {
    return outcome.result == Result::done && outcome.step.kind != StepKind::watch_for_return;
  });
  if (status == kDone && any && !request.epilogue.empty()) screen.say(request.epilogue);
  return written ? status : report_unwritten();
}

std::string quarantine_directory(const observe::Environment& environment) {
  const std::string registry =
      registry::default_registry_path(environment.get("XDG_STATE_HOME"), environment.home,
                                      environment.platform == observe::Platform::macos);
  if (registry.empty()) return "";
  return registry.substr(0, registry.rfind('/')) + "/quarantine";
}

void recover(const GlobalOptions& global, bool only_say) {
  const std::string directory = quarantine_directory(observe::own_environment());
  if (directory.empty() || !apply::has_unfinished(directory)) return;
  if (only_say) {
    print_error(
        "an earlier run was killed in the middle of a purge or a restore; the next run "
        "without --dry-run undoes it");
    return;
  }
  apply::Means means;
  means.quarantine = directory;
  const Interruption interruption;
  print_warnings(global, apply::recover(means));
}

void remember_action(const GlobalOptions& global, std::string_view command, const Look& look,
                     const std::vector<Outcome>& outcomes, const std::vector<Left>& left) {
  if (global.only_root || look.registry_file.empty() || look.registry_damaged) return;
  auto opening = registry::open_registry(look.registry_file, registry::Access::read_write);
  if (opening.warning) print_warnings(global, {*opening.warning});
  if (!opening.registry) return;
  registry::Action action;
  action.at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  action.command = command;
  action.host = look.snapshot.host;
  action.pid = ::getpid();
  action.uid = ::getuid();
  action.outcomes = outcomes;
  action.left = left;
  try {
    opening.registry->remember_action(action);
    for (const Quarantined& entry :
         apply::read_quarantine(quarantine_directory(look.environment)).entries) {
      opening.registry->remember_quarantined(entry);
    }
  } catch (const std::exception& error) {
    print_warnings(global, {registry::describe_failure(look.registry_file, error)});
  }
}

void expire(const GlobalOptions& global) {
  apply::Means means;
  means.quarantine = quarantine_directory(observe::own_environment());
  if (means.quarantine.empty()) return;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  print_warnings(global, apply::expire(means, now));
}

}  // namespace wasession::cmd

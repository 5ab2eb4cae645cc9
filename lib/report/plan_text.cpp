#include <algorithm>

#include <fmt/format.h>

#include "report/escape.h"
#include "report/plan.h"
#include "report/process_words.h"
#include "report/wrap.h"

namespace wasession::report {
namespace {

/// What a person reads of a kind of step, before its target.
struct StepWords {
  std::string_view verb;
  Tone tone;
};

StepWords words_of(const Step& step) {
  switch (step.kind) {
    case StepKind::remove_stale_lock:
      return {"remove the stale lock", Tone::attention};
    case StepKind::restrict_permissions:
      return {"close to other users", Tone::plain};
    case StepKind::set_registry_aside:
      return {"set aside the damaged registry", Tone::attention};
    case StepKind::take_lock:
      return {"take wacli's lock", Tone::plain};
    case StepKind::stop_channel:
      return {"stop OpenClaw's account", Tone::attention};
    case StepKind::stop_unit:
      return {"stop the unit", Tone::attention};
    case StepKind::end_process:
      return {"end the process", Tone::bad};
    case StepKind::watch_for_return:
      if (step.watch && step.watch->brief) return {"look again at", Tone::plain};
      return {"watch whether it comes back:", Tone::plain};
    case StepKind::quarantine:
      return {"move to quarantine", Tone::attention};
    case StepKind::erase:
      return {"delete for good", Tone::bad};
    case StepKind::restore:
      return {"put back from quarantine", Tone::attention};
  }
  return {"", Tone::plain};
}

/// Null when it was not there any more at the time of the Snapshot.
const Process* find_process(const Snapshot& snapshot, const ProcessIdentity& identity) {
  const auto found =
      std::find_if(snapshot.processes.begin(), snapshot.processes.end(),
                   [&](const Process& process) { return process.identity == identity; });
  return found == snapshot.processes.end() ? nullptr : &*found;
}

std::string words_of(const Snapshot& snapshot, const ProcessIdentity& identity) {
  const Process* const process = find_process(snapshot, identity);
  return process == nullptr ? fmt::format("pid {}", identity.pid)
                            : who_words(*process, snapshot.taken_at);
}

std::string kept_text(const Snapshot& snapshot, const std::vector<Kept>& kept, std::size_t width,
                      const Style& style) {
  if (kept.empty()) return {};
  std::string text = style.paint(Tone::good, "Stays:") + "\n";
  for (const Kept& one : kept) {
    std::string who = printable(one.session);
    if (one.process.pid > 0) who += ", held by " + words_of(snapshot, one.process);
    text += wrap(who, width, "  ") + wrap("because " + printable(one.why), width, "    ");
  }
  return text + "\n";
}

/// `verb target`, the target on a line of its own where both don't fit: it is to be copied.
std::string step_heading(const Step& step, std::string_view number, std::size_t width,
                         const Style& style) {
  const StepWords words = words_of(step);
  const std::string target = printable(step.target);
  const std::size_t columns = number.size() + display_width(words.verb) + 1 + display_width(target);
  std::string text(number);
  style.append(text, words.tone, words.verb);
  text += columns <= width ? " " : "\n" + std::string(number.size(), ' ');
  return text + target + "\n";
}

/// On what the step depends; empty when it is taken in any case.
std::string condition_of(const Step& step) {
  if (step.if_done) return fmt::format("only if step {} is done", *step.if_done + 1);
  if (step.unless_done) return fmt::format("only if step {} is not done", *step.unless_done + 1);
  return {};
}

std::string step_text(const Snapshot& snapshot, const Step& step, std::string_view number,
                      std::size_t width, const Style& style) {
  const std::string indent(number.size(), ' ');
  std::string text = step_heading(step, number, width, style);
  if (step.stopping) text += wrap(words_of(snapshot, step.stopping->process), width, indent);
  if (!step.why.empty()) text += wrap(printable(step.why), width, indent);
  const std::string condition = condition_of(step);
  if (!condition.empty()) text += wrap(condition, width, indent);
  if (step.stopping && step.stopping->kill) {
    text += wrap("killed with SIGKILL if it does not end in time", width, indent);
  }
  return text;
}

std::string steps_text(const PlanReport& report, std::size_t width, const Style& style) {
  const Plan& plan = report.decision.plan;
  if (plan.empty()) return {};
  std::string text =
      style.paint(Tone::heading, report.dry_run ? "Plan, of which nothing is done:" : "Plan:") +
      "\n";
  const std::size_t digits = std::to_string(plan.size()).size();
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const std::string number = fmt::format("  {:>{}}. ", i + 1, digits);
    text += step_text(report.snapshot, plan[i], number, width, style);
  }
  return text + "\n";
}

/// The commands stay whole: they are to be pasted.
std::string left_text(const std::vector<Left>& left, std::size_t width, const Style& style) {
  if (left.empty()) return {};
  std::string text = style.paint(Tone::attention, "Left standing:") + "\n";
  for (const Left& one : left) {
    text += "  " + printable(one.target) + "\n";
    text += wrap(printable(one.why), width, "    ");
    if (!one.command.empty()) text += "      " + printable(one.command) + "\n";
  }
  return text + "\n";
}

}  // namespace

std::string plan_text(const PlanReport& report, std::size_t width, const Style& style) {
  width = std::min(width, kWidestText);
  const Decision& decision = report.decision;
  return kept_text(report.snapshot, decision.kept, width, style) +
         steps_text(report, width, style) + left_text(decision.left, width, style);
}

std::string outcome_text(std::span<const Outcome> outcomes, const Style& style) {
  std::string text;
  for (const Outcome& outcome : outcomes) {
    const Tone tone = outcome.result == Result::done     ? Tone::good
                      : outcome.result == Result::failed ? Tone::bad
                                                         : Tone::attention;
    const bool failed = outcome.result == Result::failed;
    const std::string_view word = failed ? "FAILED" : to_string(outcome.result);
    text += style.paint(tone, fmt::format("{:<7}", word)) + "  " +
            std::string(words_of(outcome.step).verb) + " " + printable(outcome.step.target);
    if (!outcome.detail.empty()) text += ": " + printable(outcome.detail);
    text += "\n";
  }
  return text;
}

}  // namespace wasession::report

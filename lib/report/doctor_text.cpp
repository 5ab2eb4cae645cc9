#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "report/doctor.h"
#include "report/escape.h"
#include "report/plan.h"
#include "report/process_words.h"
#include "report/wrap.h"

namespace wasession::report {
namespace {

constexpr std::string_view kIndent = "  ";
constexpr std::size_t kMostNamed = 6;

Tone tone_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return Tone::bad;
    case Severity::warning:
      return Tone::attention;
    case Severity::info:
      return Tone::faint;
  }
  return Tone::plain;
}

std::string_view heading_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "ERROR";
    case Severity::warning:
      return "WARNING";
    case Severity::info:
      return "note";
  }
  return "";
}

/// How often and since when: `24 times from 15:28 to 15:32 UTC, last 2h ago`, and a sparkline.
std::string incident_lines(const Snapshot& snapshot, const Finding& finding) {
  constexpr std::size_t kBars = 24;
  if (finding.incidents.empty()) return {};
  Time first = Time::max();
  Time last = Time::min();
  for (const std::size_t position : finding.incidents) {
    first = std::min(first, snapshot.incidents[position].at);
    last = std::max(last, snapshot.incidents[position].at);
  }
  const Time end = std::max(last, snapshot.taken_at);
  const auto whole = std::max<std::int64_t>(1, (end - first).count());
  std::vector<std::size_t> counts(kBars, 0);
  for (const std::size_t position : finding.incidents) {
    const auto since = (snapshot.incidents[position].at - first).count();
    ++counts[std::min(kBars - 1,
                      static_cast<std::size_t>(since) * kBars / static_cast<std::size_t>(whole))];
  }
  const std::size_t times = finding.incidents.size();
  return fmt::format("{}When: {} time{}, first {} ({}), last {}  |{}|\n", kIndent, times,
                     times == 1 ? "" : "s", rfc3339(first), ago(first, snapshot.taken_at),
                     ago(last, snapshot.taken_at), sparkline(counts));
}

std::string process_lines(const Snapshot& snapshot, const Finding& finding, std::size_t width) {
  std::string text;
  for (std::size_t i = 0; i < std::min(finding.processes.size(), kMostNamed); ++i) {
    const Process& process = snapshot.processes[finding.processes[i]];
    text += i == 0 ? fmt::format("{}Who:\n", kIndent) : "";
    text += wrap(who_words(process, snapshot.taken_at), width, "    ");
  }
  if (finding.processes.size() > kMostNamed) {
    text += fmt::format("    and {} more\n", finding.processes.size() - kMostNamed);
  }
  return text;
}

/// The session lines stay whole: they are to be copied.
std::string session_line(const Snapshot& snapshot, const Finding& finding) {
  if (finding.sessions.empty()) return {};
  std::string names;
  for (std::size_t i = 0; i < std::min(finding.sessions.size(), kMostNamed); ++i) {
    names += (i == 0 ? "" : ", ") + printable(snapshot.sessions[finding.sessions[i]].id);
  }
  if (finding.sessions.size() > kMostNamed) {
    names += fmt::format(" and {} more", finding.sessions.size() - kMostNamed);
  }
  return fmt::format("{}Sessions: {}\n", kIndent, names);
}

std::string finding_text(const Snapshot& snapshot, const Finding& finding, std::size_t width,
                         const Style& style) {
  std::string text =
      style.paint(tone_of(finding.severity), std::string(heading_of(finding.severity))) + "  " +
      std::string(finding.code) + "\n";
  text += wrap(printable(finding.summary), width, kIndent);
  text += session_line(snapshot, finding);
  text += process_lines(snapshot, finding, width);
  text += incident_lines(snapshot, finding);
  if (!finding.explanation.empty()) {
    text += wrap("Why: " + printable(finding.explanation), width, kIndent);
  }
  if (finding.remedy.empty()) return text;
  constexpr std::string_view kFix = "wasession doctor --fix";
  const bool is_among = std::ranges::find(finding.remedy, kFix) != finding.remedy.end();
  text += fmt::format("{}{}{}\n", kIndent, style.paint(Tone::heading, "Fix:"),
                      finding.fixable && !is_among ? fmt::format(" {}, or", kFix) : "");
  for (const std::string& line : finding.remedy) {
    text += fmt::format("    {}\n", printable(line));
  }
  return text;
}

/// One line: nothing is to be done about it.
std::string note_text(const Finding& finding, std::size_t width, const Style& style) {
  std::string text = wrap("note: " + printable(finding.summary), width, "");
  return style.paint(Tone::faint, text.substr(0, text.size() - 1)) + "\n";
}

std::string session_state(const Snapshot& snapshot, const Session& session) {
  std::string text =
      fmt::format("{}, {}", to_string(session.credential.state), to_string(session.activity));
  for (const Holder& holder : session.holders) {
    if (holder.confidence == Strength::possible) continue;
    const Process& process = snapshot.processes[holder.process];
    text += fmt::format(", held by pid {} {}", process.identity.pid,
                        cut_middle(printable(process.command), 30));
  }
  return text;
}

/// The sessions that no error or warning is about.
std::string healthy_lines(const DoctorReport& report, const Style& style) {
  constexpr std::size_t kMostLines = 50;
  std::set<std::size_t> concerned;
  for (const Finding& finding : report.findings) {
    if (finding.severity == Severity::info) continue;
    concerned.insert(finding.sessions.begin(), finding.sessions.end());
  }
  std::string text;
  std::size_t lines = 0;
  for (const std::size_t position : report.sessions) {
    if (concerned.contains(position)) continue;
    if (lines++ >= kMostLines) continue;
    const Session& session = report.snapshot.sessions[position];
    text += style.paint(Tone::good, "ok") + "  " + printable(session.id) + "  " +
            session_state(report.snapshot, session) + "\n";
  }
  if (lines > kMostLines) text += fmt::format("ok  and {} more\n", lines - kMostLines);
  return text;
}

std::string closing_line(const DoctorReport& report, const Style& style) {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  for (const Finding& finding : report.findings) {
    if (finding.severity == Severity::error) ++errors;
    if (finding.severity == Severity::warning) ++warnings;
  }
  if (errors == 0 && warnings == 0 && !report.only)
    return style.paint(Tone::good, "No conflicts.") + "\n";
  return fmt::format("{} error{}, {} warning{}.\n", errors, errors == 1 ? "" : "s", warnings,
                     warnings == 1 ? "" : "s");
}

}  // namespace

std::string sparkline(std::span<const std::size_t> counts) {
  constexpr std::array<std::string_view, 8> kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::size_t most = 1;
  for (const std::size_t count : counts) most = std::max(most, count);
  std::string line;
  for (const std::size_t count : counts) {
    line += count == 0 ? " " : kBars[(count * kBars.size() - 1) / most];
  }
  return line;
}

std::string doctor_text(const DoctorReport& report, std::size_t width, const Style& style) {
  width = std::min(width, kWidestText);
  std::string text = outcome_text(report.outcomes, style);
  if (!text.empty()) text += "\n";
  std::string notes;
  for (const Finding& finding : report.findings) {
    if (finding.severity == Severity::info) {
      notes += note_text(finding, width, style);
    } else {
      text += finding_text(report.snapshot, finding, width, style) + "\n";
    }
  }
  if (!report.only) text += healthy_lines(report, style);
  return text + notes + closing_line(report, style);
}

}  // namespace wasession::report

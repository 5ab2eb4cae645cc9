#include "report/redact.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <unordered_map>

namespace wasession::report {
namespace {

constexpr std::size_t kShortestNumber = 7;

/// In place of a name.
constexpr std::string_view kMask = "***";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_digit));
}

/// The length of the number at the front, with what people write between its digits
/// (`555-000-1111`, `(555) 000.1111`); 0 when there is none.
std::size_t number_length(std::string_view text) {
  constexpr std::string_view kSeparators = " -._()";
  constexpr std::size_t kMostSeparators = 2;
  std::size_t length = 0;
  for (std::size_t i = 0; i < text.size() && i <= length + kMostSeparators; ++i) {
    if (is_digit(text[i])) {
      length = i + 1;
    } else if (length == 0 || kSeparators.find(text[i]) == std::string_view::npos) {
      break;
    }
  }
  return length;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// The push names of a Snapshot, to be found in any text in time that grows with the text only:
/// people name directories after the account.
class Names {
 public:
  explicit Names(const Snapshot& snapshot) {
    for (const Session& session : snapshot.sessions) {
      if (const auto& name = session.credential.account.name; name && name->size() >= kShortest) {
        const std::string lower = lower_case(*name);
        by_beginning_[lower.substr(0, kShortest)].insert(lower);
      }
    }
  }

  std::string mask(std::string_view text) const {
    const std::string lower = lower_case(text);
    std::string masked;
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t length = name_length(std::string_view(lower).substr(i));
      masked += length > 0 ? kMask : text.substr(i, 1);
      i += std::max<std::size_t>(1, length);
    }
    return masked;
  }

 private:
  /// Shorter ones (a pending link has `~`) would be found everywhere.
  static constexpr std::size_t kShortest = 3;

  /// Of the longest name that `text` begins with; 0 when there is none.
  std::size_t name_length(std::string_view text) const {
    std::size_t longest = 0;
    if (by_beginning_.empty()) return longest;
    const auto names = by_beginning_.find(std::string(text.substr(0, kShortest)));
    if (names == by_beginning_.end()) return longest;
    for (const std::string& name : names->second) {
      if (text.starts_with(name)) longest = std::max(longest, name.size());
    }
    return longest;
  }

  std::unordered_map<std::string, std::set<std::string>> by_beginning_;
};

bool is_tool(std::string_view word) {
  constexpr std::array kTools = {Tool::openclaw, Tool::wacli, Tool::baileys, Tool::whatsmeow};
  return std::any_of(kTools.begin(), kTools.end(),
                     [&](Tool tool) { return to_string(tool) == word; });
}

std::string mask_home(std::string text) {
  constexpr std::array<std::string_view, 2> kHomes = {"/home/", "/Users/"};
  for (const std::string_view home : kHomes) {
    for (std::size_t at = text.find(home); at != std::string::npos; at = text.find(home, at + 1)) {
      const std::size_t start = at + home.size();
      const std::size_t end = std::min(text.find('/', start), text.size());
      text.replace(start, end - start, "***");
    }
  }
  return text;
}

void mask(std::string& text, const Names& names) {
  text = mask_text(names.mask(text));
}

/// Of a session's id the tool stays, also where an account is named like one. Any other text is
/// masked as a whole.
void mask_name(std::string& text, const Names& names) {
  std::size_t tool = text.find_first_of("/@");
  if (tool == std::string::npos || !is_tool(std::string_view(text).substr(0, tool))) tool = 0;
  std::string rest = text.substr(tool);
  mask(rest, names);
  text.replace(tool, std::string::npos, rest);
}

void mask_step(Step& step, const Names& names) {
  mask_name(step.target, names);
  mask(step.why, names);
  if (step.stopping) {
    if (!step.stopping->user.empty()) step.stopping->user = kMask;
    if (step.stopping->supervisor) mask(step.stopping->supervisor->unit, names);
  }
  if (step.channel) {
    for (std::string* text : {&step.channel->profile, &step.channel->account,
                              &step.channel->state_directory, &step.channel->auth_directory}) {
      mask(*text, names);
    }
  }
  if (step.watch) {
    for (std::string& session : step.watch->sessions) mask_name(session, names);
    for (std::string& path : step.watch->paths) mask(path, names);
  }
  if (step.purge) {
    mask_name(step.purge->session, names);
    mask(step.purge->quarantine_id, names);
    if (step.purge->jid) step.purge->jid->user = mask_number(step.purge->jid->user);
  }
}

void mask_steps(Plan& plan, std::vector<Outcome>& outcomes, const Names& names) {
  for (Step& step : plan) mask_step(step, names);
  for (Outcome& outcome : outcomes) {
    mask_step(outcome.step, names);
    mask(outcome.detail, names);
  }
}

}  // namespace

std::string mask_number(std::string_view digits) {
  constexpr std::size_t kShown = 2;
  const std::size_t count = count_digits(digits);
  std::string masked(digits);
  std::size_t position = 0;
  for (char& c : masked) {
    if (!is_digit(c)) continue;
    const bool shown = count > 2 * kShown && (position < kShown || position >= count - kShown);
    if (!shown) c = '*';
    ++position;
  }
  return masked;
}

std::string mask_text(std::string_view text) {
  std::string masked;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(1, number_length(text));
    const std::string_view piece = text.substr(0, length);
    masked += count_digits(piece) >= kShortestNumber ? mask_number(piece) : std::string(piece);
    text.remove_prefix(length);
  }
  return mask_home(std::move(masked));
}

std::string redact_text(std::string_view text, const Snapshot& snapshot) {
  return mask_text(Names(snapshot).mask(text));
}

Snapshot redact(Snapshot snapshot) {
  const Names names(snapshot);
  const auto mask = [&](std::string& text) { report::mask(text, names); };
  snapshot.host = kMask;
  for (Session& session : snapshot.sessions) {
    mask_name(session.id, names);
    mask(session.store.path);
    Account& account = session.credential.account;
    if (account.phone) account.phone = mask_number(*account.phone);
    if (account.lid) account.lid = mask_number(*account.lid);
    if (account.name) account.name = kMask;
    if (session.credential.jid) {
      session.credential.jid->user = mask_number(session.credential.jid->user);
    }
    for (std::string& problem : session.credential.problems) mask(problem);
    for (Holder& holder : session.holders) {
      for (Evidence& evidence : holder.evidence) mask(evidence.detail);
    }
  }
  for (Process& process : snapshot.processes) {
    // Arguments hold tokens and passwords as often as not.
    const std::size_t name = process.command.find(' ');
    if (name != std::string::npos) process.command.replace(name, std::string::npos, " …");
    for (std::string* text : {&process.command, &process.executable, &process.working_directory}) {
      mask(*text);
    }
    if (!process.user.empty()) process.user = kMask;
    if (process.supervisor) mask(process.supervisor->unit);
  }
  for (Incident& incident : snapshot.incidents) {
    incident.phone = mask_number(incident.phone);
    mask(incident.account);
    mask(incident.source);
  }
  for (LogSource& log : snapshot.logs) mask(log.path);
  for (Warning& warning : snapshot.warnings) {
    mask(warning.path);
    mask(warning.what);
  }
  return snapshot;
}

void redact(std::vector<Finding>& findings, Plan& plan, std::vector<Outcome>& outcomes,
            const Snapshot& snapshot) {
  const Names names(snapshot);
  const auto mask = [&](std::string& text) { report::mask(text, names); };
  for (Finding& finding : findings) {
    mask(finding.path);
    mask(finding.summary);
    mask(finding.explanation);
    for (std::string& line : finding.remedy) mask(line);
  }
  mask_steps(plan, outcomes, names);
}

void redact(Decision& decision, std::vector<Outcome>& outcomes, const Snapshot& snapshot) {
  const Names names(snapshot);
  mask_steps(decision.plan, outcomes, names);
  for (Kept& kept : decision.kept) {
    mask_name(kept.session, names);
    mask(kept.why, names);
  }
  for (Left& left : decision.left) {
    mask_name(left.target, names);
    mask(left.why, names);
    mask(left.command, names);
  }
}

void redact(std::vector<Quarantined>& entries, const Snapshot& snapshot) {
  const Names names(snapshot);
  for (Quarantined& entry : entries) {
    mask(entry.id, names);
    mask_name(entry.session, names);
    mask(entry.path, names);
    if (entry.jid) entry.jid->user = mask_number(entry.jid->user);
    for (QuarantinedFile& file : entry.files) mask(file.name, names);
  }
}

}  // namespace wasession::report

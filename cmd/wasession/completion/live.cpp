#include "completion/live.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "judge/judge.h"
#include "model/time.h"
#include "report/list_columns.h"

namespace wasession::cmd::completion {
namespace {

std::vector<Word> phones(registry::Registry* registry) {
  std::map<std::string, std::size_t> sessions;
  if (registry != nullptr) {
    for (const auto& session : registry->remembered_sessions()) {
      if (session.phone) ++sessions[*session.phone];
    }
  }
  std::vector<Word> words;
  for (const auto& [phone, count] : sessions) {
    words.push_back({phone, fmt::format("{} session{}", count, count == 1 ? "" : "s")});
  }
  return words;
}

std::vector<Word> sessions(registry::Registry* registry) {
  std::vector<Word> words;
  if (registry == nullptr) return words;
  for (const auto& session : registry->remembered_sessions()) {
    const std::string phone = session.phone ? *session.phone + " " : "";
    const std::string device = session.device ? fmt::format("device {} ", *session.device) : "";
    words.push_back({session.id, phone + device + std::string(to_string(session.state))});
  }
  std::ranges::move(phones(registry), std::back_inserter(words));
  return words;
}

std::vector<Word> columns_where(bool (*wanted)(const report::ListColumn&)) {
  std::vector<Word> words;
  for (const report::ListColumn& column : report::list_columns()) {
    if (wanted(column)) words.push_back({std::string(column.name), std::string(column.help)});
  }
  return words;
}

std::vector<Word> columns(registry::Registry*) {
  return columns_where([](const report::ListColumn&) { return true; });
}

std::vector<Word> sort_keys(registry::Registry*) {
  return columns_where([](const report::ListColumn& column) { return column.less != nullptr; });
}

std::vector<Word> codes(registry::Registry*) {
  std::vector<Word> words;
  for (const judge::Rule& rule : judge::rules()) {
    words.push_back({std::string(rule.code), std::string(rule.about)});
  }
  return words;
}

std::vector<Word> quarantine(registry::Registry* registry) {
  std::vector<Word> words;
  if (registry == nullptr) return words;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  for (const auto& entry : registry->quarantined()) {
    if (entry.restored_at || entry.expires_at < now) continue;
    words.push_back({entry.id, fmt::format("{}, {}", entry.session, entry.path)});
  }
  return words;
}

constexpr std::array kLiveKinds{
    LiveKind{"SESSION", "sessions", sessions}, LiveKind{"NUMBER", "phones", phones},
    LiveKind{"COLUMN", "columns", columns},    LiveKind{"KEY", "sort-keys", sort_keys},
    LiveKind{"CODE", "codes", codes},          LiveKind{"QUARANTINE-ID", "quarantine", quarantine},
};

const LiveKind* find(std::string_view LiveKind::*member, std::string_view word) {
  const auto found = std::ranges::find(kLiveKinds, word, member);
  return found == kLiveKinds.end() ? nullptr : &*found;
}

}  // namespace

const LiveKind* find_live_kind(std::string_view value_name) {
  return find(&LiveKind::value_name, value_name);
}

const LiveKind* find_live_words(std::string_view what) {
  return find(&LiveKind::what, what);
}

}  // namespace wasession::cmd::completion

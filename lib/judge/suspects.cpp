#include "judge/suspects.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace wasession::judge {
namespace {

using Positions = std::vector<std::size_t>;

/// Of more sessions than this an incident tells too little for their dates to matter.
constexpr std::size_t kFew = 64;

/// Whose log it is, by its name: `/tmp/openclaw/openclaw-2026-11-22.log`,
/// `journal of openclaw-gateway.service`.
std::optional<Tool> tool_of_log(std::string_view source) {
  if (source.find("openclaw") != std::string_view::npos) return Tool::openclaw;
  if (source.find("wacli") != std::string_view::npos) return Tool::wacli;
  return std::nullopt;
}

/// Keeps the positions that match; all of them when none does, for then the hint misleads.
template <typename Predicate>
void narrow(Positions& positions, Predicate matches) {
  Positions kept;
  std::copy_if(positions.begin(), positions.end(), std::back_inserter(kept), matches);
  if (!kept.empty()) positions = std::move(kept);
}

/// Answers for one Snapshot; what was told alike is looked up once.
class Lookup {
 public:
  explicit Lookup(const Snapshot& snapshot) : snapshot_(snapshot) {
    for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
      const Session& session = snapshot.sessions[i];
      const State state = session.credential.state;
      if (state != State::linked && state != State::logged_out) continue;
      linked_.push_back(i);
      const auto& phone = session.credential.account.phone;
      if (phone) by_phone_[*phone].push_back(i);
      if (session.store.tool == Tool::openclaw) by_account_[session.name].push_back(i);
    }
    for (std::size_t i = 0; i < snapshot.processes.size(); ++i) {
      by_pid_.emplace(snapshot.processes[i].identity.pid, i);
    }
  }

  void add(std::size_t position) {
    const Incident& incident = snapshot_.incidents[position];
    const auto process = process_of(incident);
    const auto [told, is_new] = told_.try_emplace(
        {incident.source, incident.account, incident.phone, incident.device, process});
    if (is_new) told->second = group_of(candidates(incident, process));
    if (!told->second) return;
    std::size_t group = *told->second;
    if (groups_[group].sessions.size() <= kFew) {
      Positions older;
      std::copy_if(groups_[group].sessions.begin(), groups_[group].sessions.end(),
                   std::back_inserter(older), [&](std::size_t i) {
                     const auto& linked_at = snapshot_.sessions[i].credential.linked_at;
                     return !linked_at || *linked_at <= incident.at;
                   });
      if (older.empty()) return;
      group = *group_of(std::move(older));
    }
    groups_[group].incidents.push_back(position);
  }

  std::vector<Suspects> groups() && {
    std::erase_if(groups_, [](const Suspects& group) { return group.incidents.empty(); });
    return std::move(groups_);
  }

 private:
  using Told = std::tuple<std::string_view, std::string_view, std::string_view,
                          std::optional<std::uint32_t>, std::optional<std::size_t>>;

  /// The process that wrote the line, if it still lives.
  std::optional<std::size_t> process_of(const Incident& incident) const {
    const auto found = by_pid_.find(incident.pid);
    if (incident.pid == 0 || found == by_pid_.end()) return std::nullopt;
    if (snapshot_.processes[found->second].started_at > incident.at) return std::nullopt;
    return found->second;
  }

  Positions candidates(const Incident& incident, std::optional<std::size_t> process) const {
    const auto& sessions = snapshot_.sessions;
    Positions meant = linked_;
    if (!incident.phone.empty()) {
      const auto found = by_phone_.find(incident.phone);
      if (found == by_phone_.end()) return {};
      meant = found->second;
    } else if (!incident.account.empty()) {
      const auto found = by_account_.find(incident.account);
      if (found == by_account_.end()) return {};
      meant = found->second;
    }
    if (incident.device) {
      std::erase_if(meant, [&](std::size_t i) {
        const auto& jid = sessions[i].credential.jid;
        return jid && jid->device && *jid->device != *incident.device;
      });
    }
    if (!incident.account.empty()) {
      narrow(meant, [&](std::size_t i) {
        return sessions[i].store.tool == Tool::openclaw && sessions[i].name == incident.account;
      });
    }
    if (process) {
      narrow(meant, [&](std::size_t i) {
        const auto& holders = sessions[i].holders;
        return std::any_of(holders.begin(), holders.end(),
                           [&](const Holder& holder) { return holder.process == *process; });
      });
    }
    narrow_by_log(meant, incident.source);
    return meant;
  }

  /// A program logs about its own stores: of its tool, or beside or below the log.
  void narrow_by_log(Positions& meant, std::string_view source) const {
    const auto tool = tool_of_log(source);
    if (tool) {
      narrow(meant, [&](std::size_t i) { return snapshot_.sessions[i].store.tool == *tool; });
    }
    const std::size_t slash = source.rfind('/');
    if (!source.starts_with('/') || slash == 0) return;
    const std::string_view directory = source.substr(0, slash + 1);
    narrow(meant, [&](std::size_t i) {
      return std::string_view(snapshot_.sessions[i].store.path).starts_with(directory);
    });
  }

  std::optional<std::size_t> group_of(Positions sessions) {
    if (sessions.empty()) return std::nullopt;
    const auto [known, is_new] = group_by_sessions_.try_emplace(std::move(sessions));
    if (is_new) {
      known->second = groups_.size();
      groups_.push_back({known->first, {}});
    }
    return known->second;
  }

  const Snapshot& snapshot_;
  Positions linked_;
  std::unordered_map<std::string_view, Positions> by_phone_;
  std::unordered_map<std::string_view, Positions> by_account_;
  std::unordered_map<int, std::size_t> by_pid_;
  std::map<Told, std::optional<std::size_t>> told_;
  std::map<Positions, std::size_t> group_by_sessions_;
  std::vector<Suspects> groups_;
};

}  // namespace

std::vector<Suspects> suspects_of(const Snapshot& snapshot, bool (*wanted)(const Incident&)) {
  if (std::none_of(snapshot.incidents.begin(), snapshot.incidents.end(), wanted)) return {};
  Lookup lookup(snapshot);
  for (std::size_t i = 0; i < snapshot.incidents.size(); ++i) {
    if (wanted(snapshot.incidents[i])) lookup.add(i);
  }
  return std::move(lookup).groups();
}

}  // namespace wasession::judge

// What WhatsApp does to a link with time and number (baileys.md section 11).
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "judge/remedies.h"
#include "judge/rules.h"
#include "judge/sentences.h"

namespace wasession::judge {
namespace {

constexpr std::chrono::days kPhoneOffline{14};
constexpr std::size_t kMostDevices = 4;
constexpr std::size_t kMostRelinks = 2;

/// How long ago a credential was used through any of its copies; nothing when that is not known.
std::optional<std::chrono::milliseconds> unused_for(const Snapshot& snapshot,
                                                    const Session& session) {
  auto last = session.credential.last_used_at;
  if (session.credential_group) {
    for (const std::size_t i : snapshot.credential_groups[*session.credential_group]) {
      last = std::max(last, snapshot.sessions[i].credential.last_used_at);
    }
  }
  if (!last) return std::nullopt;
  return snapshot.taken_at - *last;
}

/// One of several copies speaks for all.
bool is_first_copy(const Snapshot& snapshot, std::size_t i) {
  const auto group = snapshot.sessions[i].credential_group;
  return !group || snapshot.credential_groups[*group][0] == i;
}

bool is_any_copy(const Snapshot& snapshot, const Session& session, Activity activity) {
  if (!session.credential_group) return session.activity == activity;
  const auto& group = snapshot.credential_groups[*session.credential_group];
  return std::any_of(group.begin(), group.end(),
                     [&](std::size_t i) { return snapshot.sessions[i].activity == activity; });
}

/// Stale, and so is every copy: WhatsApp counts the credential's use, not the file's.
bool is_dropped(const Snapshot& snapshot, const Session& session) {
  return is_any_copy(snapshot, session, Activity::stale) &&
         !is_any_copy(snapshot, session, Activity::live) &&
         !is_any_copy(snapshot, session, Activity::idle);
}

}  // namespace

void stale_credential(const Snapshot& snapshot, std::vector<Finding>& findings) {
  Finding finding;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    if (session.credential.state != State::linked || session.activity != Activity::stale) continue;
    if (is_first_copy(snapshot, i) && is_dropped(snapshot, session)) finding.sessions.push_back(i);
  }
  if (finding.sessions.empty()) return;
  finding.code = code::kStaleCredential;
  finding.severity = Severity::warning;
  finding.summary =
      finding.sessions.size() == 1
          ? fmt::format("{} was last used over 30 days ago.",
                        name_sessions(snapshot, finding.sessions))
          : fmt::format("{} sessions were last used over 30 days ago: {}.", finding.sessions.size(),
                        name_sessions(snapshot, finding.sessions));
  finding.explanation =
      "WhatsApp disconnects a linked device after 30 days without use: its next login is answered "
      "with 401. It has to be linked again, or its files can go.";
  for (std::size_t i = 0; i < std::min(kMostRelinks, finding.sessions.size()); ++i) {
    for (auto& command : relink_commands(snapshot.sessions[finding.sessions[i]])) {
      finding.remedy.push_back(std::move(command));
    }
  }
  findings.push_back(std::move(finding));
}

void phone_offline_risk(const Snapshot& snapshot, std::vector<Finding>& findings) {
  Finding finding;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    if (session.credential.state != State::linked || !is_first_copy(snapshot, i)) continue;
    if (is_any_copy(snapshot, session, Activity::live) || is_dropped(snapshot, session)) continue;
    const auto unused = unused_for(snapshot, session);
    if (unused && *unused > kPhoneOffline) finding.sessions.push_back(i);
  }
  if (finding.sessions.empty()) return;
  finding.code = code::kPhoneOfflineRisk;
  const bool one = finding.sessions.size() == 1;
  finding.summary = fmt::format("{} {} unused for over 14 days.",
                                name_sessions(snapshot, finding.sessions), one ? "is" : "are");
  finding.explanation =
      "WhatsApp logs all linked devices out when the phone is not used for 14 days, and drops a "
      "device that is not used for 30: open WhatsApp on the phone, and start the program in time.";
  findings.push_back(std::move(finding));
}

void too_many_devices(const Snapshot& snapshot, std::vector<Finding>& findings) {
  for (const auto& group : snapshot.account_groups) {
    if (group.size() <= kMostDevices) continue;
    std::set<Fingerprint> devices;
    Finding finding;
    for (const std::size_t i : group) {
      const Session& session = snapshot.sessions[i];
      const auto& fingerprint = session.credential.fingerprint;
      if (session.credential.state != State::linked || !fingerprint) continue;
      if (is_dropped(snapshot, session)) continue;
      if (devices.insert(*fingerprint).second) finding.sessions.push_back(i);
    }
    if (devices.size() <= kMostDevices) continue;
    finding.code = code::kTooManyDevices;
    finding.severity = Severity::warning;
    finding.summary = fmt::format("{} different credentials of one account are linked here: {}.",
                                  devices.size(), name_sessions(snapshot, finding.sessions));
    finding.explanation =
        "WhatsApp allows four linked devices besides the phone, so at least one of these is no "
        "longer linked, and will be answered with 401.";
    finding.remedy = {
        comment("On the phone: WhatsApp > Linked devices shows which are left; forget the others."),
        "wasession list"};
    findings.push_back(std::move(finding));
  }
}

}  // namespace wasession::judge

// What looks like a rival and is none, and the rival that is out of sight.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "judge/conflict.h"
#include "judge/remedies.h"
#include "judge/rules.h"
#include "judge/sentences.h"

namespace wasession::judge {
namespace {

constexpr std::size_t kMostRelinks = 2;

using CredentialOfSession = std::map<std::size_t, const Credential*>;

CredentialOfSession by_session(const Conflicts& conflicts) {
  CredentialOfSession credentials;
  for (const Credential& credential : conflicts.credentials) {
    for (const std::size_t session : credential.sessions) credentials[session] = &credential;
  }
  return credentials;
}

/// Why the 440s need no rival elsewhere: there is one here, or a copy that may be it.
bool is_explained(const Credential& credential) {
  return has_rivals(credential) || has_two_sockets(credential) || count_stores(credential) > 1;
}

/// Sentences for what could not be seen, for the rival may be there.
std::string what_is_hidden(const Snapshot& snapshot) {
  std::string text;
  if (!snapshot.strangers.empty()) {
    text += fmt::format(
        " Look first at {}: connected to WhatsApp with a credential that was not found here.",
        name_processes(snapshot, snapshot.strangers));
  }
  if (snapshot.processes_unreadable > 0) {
    text += fmt::format(
        " {} could not be looked into, so the rival may still be on this machine: see cannot-see.",
        counted(snapshot.processes_unreadable, "process", "processes"));
  }
  if (snapshot.processes_hidden) {
    text += " The processes of other users are hidden, and the rival may be one: see cannot-see.";
  }
  return text;
}

std::vector<std::string> cure_elsewhere(const Snapshot& snapshot, const Finding& finding) {
  std::vector<std::string> commands;
  const bool sees_all = snapshot.processes_unreadable == 0 && !snapshot.processes_hidden;
  if (!sees_all && !snapshot.taken_by_root) commands.emplace_back("sudo wasession doctor");
  if (!snapshot.strangers.empty()) commands.emplace_back("wasession who-holds --deep");
  commands.push_back(
      comment("On the phone: WhatsApp > Linked devices > this device > Log out. That ends every "
              "copy. Then link again:"));
  std::size_t left = kMostRelinks;
  for (const std::size_t session : finding.sessions) {
    if (left-- == 0) break;
    for (auto& command : relink_commands(snapshot.sessions[session])) {
      commands.push_back(std::move(command));
    }
  }
  return commands;
}

/// A group of 440s that nothing on this machine explains.
Finding elsewhere(const Snapshot& snapshot, std::vector<std::size_t> sessions,
                  std::vector<std::size_t> incidents, bool connected, bool sure) {
  Finding finding;
  finding.code = code::kConflictElsewhere;
  finding.severity = is_fresh(snapshot, incidents, connected) ? Severity::error : Severity::warning;
  finding.sessions = std::move(sessions);
  finding.incidents = std::move(incidents);
  const Time last = snapshot.incidents[finding.incidents.back()].at;
  finding.summary = fmt::format(
      "WhatsApp closed {}{} {} with 440, last {} ago, and no rival is seen on this machine.",
      sure ? "" : "one of ", name_sessions(snapshot, finding.sessions),
      times(finding.incidents.size()), duration(snapshot.taken_at - last));
  finding.explanation =
      "The same credential is in use somewhere else: another machine or container, a restored "
      "backup, an imported browser session. Unlinking the device makes every copy worthless, also "
      "on unknown machines; if you have stopped a rival since, wait and look again.";
  finding.explanation += what_is_hidden(snapshot);
  finding.processes = snapshot.strangers;
  finding.remedy = cure_elsewhere(snapshot, finding);
  return finding;
}

/// Credentials of sessions, each once, in their order.
std::vector<const Credential*> credentials_of(const CredentialOfSession& credentials,
                                              const std::vector<std::size_t>& sessions) {
  std::vector<const Credential*> found;
  for (const std::size_t session : sessions) {
    const auto credential = credentials.find(session);
    if (credential != credentials.end()) found.push_back(credential->second);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

bool is_held(const Session& session) {
  return std::any_of(session.holders.begin(), session.holders.end(),
                     [](const Holder& holder) { return holder.confidence != Strength::possible; });
}

/// Of a group of one account's sessions those that are held, one for each credential.
std::vector<std::size_t> held_devices(const Snapshot& snapshot,
                                      const std::vector<std::size_t>& group) {
  std::map<Fingerprint, std::size_t> devices;
  for (const std::size_t i : group) {
    const auto& fingerprint = snapshot.sessions[i].credential.fingerprint;
    if (fingerprint && is_held(snapshot.sessions[i])) devices.emplace(*fingerprint, i);
  }
  std::vector<std::size_t> sessions;
  for (const auto& [fingerprint, session] : devices) sessions.push_back(session);
  std::sort(sessions.begin(), sessions.end());
  return sessions;
}

}  // namespace

void conflict_elsewhere(const Snapshot& snapshot, std::vector<Finding>& findings) {
  const Conflicts conflicts = conflicts_of(snapshot);
  if (conflicts.replaced.empty()) return;
  const CredentialOfSession credentials = by_session(conflicts);
  // What is told for certain goes first; what may be about one of several joins it.
  std::vector<const Suspects*> groups;
  for (const Suspects& group : conflicts.replaced) groups.push_back(&group);
  const auto count = [&](const Suspects* group) {
    return credentials_of(credentials, group->sessions).size();
  };
  std::stable_partition(groups.begin(), groups.end(),
                        [&](const Suspects* group) { return count(group) == 1; });
  std::map<const Credential*, std::vector<std::size_t>> told;
  for (const Suspects* group : groups) {
    const auto meant = credentials_of(credentials, group->sessions);
    if (std::any_of(meant.begin(), meant.end(),
                    [](const Credential* credential) { return is_explained(*credential); })) {
      continue;
    }
    const auto known = std::find_if(meant.begin(), meant.end(), [&](const Credential* credential) {
      return told.contains(credential);
    });
    if (meant.size() == 1 || known != meant.end()) {
      auto& incidents = told[known == meant.end() ? meant[0] : *known];
      incidents.insert(incidents.end(), group->incidents.begin(), group->incidents.end());
    } else {
      const bool connected = std::any_of(
          meant.begin(), meant.end(),
          [&](const Credential* credential) { return is_connected(snapshot, *credential); });
      findings.push_back(elsewhere(snapshot, group->sessions, group->incidents, connected, false));
    }
  }
  for (const Credential& credential : conflicts.credentials) {
    const auto found = told.find(&credential);
    if (found == told.end()) continue;
    std::sort(found->second.begin(), found->second.end());
    findings.push_back(elsewhere(snapshot, credential.sessions, found->second,
                                 is_connected(snapshot, credential), true));
  }
}

void not_a_rival(const Snapshot& snapshot, std::vector<Finding>& findings) {
  for (const auto& group : snapshot.account_groups) {
    const std::vector<std::size_t> devices = held_devices(snapshot, group);
    if (devices.size() < 2) continue;
    Finding finding;
    finding.code = code::kNotARival;
    finding.sessions = devices;
    for (const std::size_t i : devices) {
      for (const Holder& holder : snapshot.sessions[i].holders) {
        if (holder.confidence != Strength::possible) finding.processes.push_back(holder.process);
      }
    }
    std::sort(finding.processes.begin(), finding.processes.end());
    finding.processes.erase(std::unique(finding.processes.begin(), finding.processes.end()),
                            finding.processes.end());
    finding.summary = fmt::format("{} are {} linked devices of one account: no conflict.",
                                  name_sessions(snapshot, devices), devices.size());
    finding.explanation =
        "Each device has a credential and a connection of its own; up to four of an account work "
        "side by side.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace wasession::judge

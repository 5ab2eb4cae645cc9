// What a process does with the credential that it holds.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "judge/remedies.h"
#include "judge/rules.h"
#include "judge/sentences.h"
#include "judge/suspects.h"

namespace wasession::judge {
namespace {

using namespace std::chrono_literals;

/// `restart required`, once after each pairing (baileys.md section 7).
constexpr int kRestartRequired = 515;
constexpr std::size_t kLoop = 3;
constexpr auto kLoopWindow = 10min;
constexpr auto kRecently = 1h;
/// A wacli that starts, or reconnects, is connected well before.
constexpr auto kZombieAfter = 2min;
/// The gateway tells it with each heartbeat, once a minute.
constexpr auto kGhostFor = 5min;

bool is_other_disconnect(const Incident& incident) {
  return incident.kind == IncidentKind::disconnected && incident.status != kReplaced &&
         incident.status != kLoggedOut && incident.status != kRestartRequired;
}

/// Of incidents in order of time those of the last hour, if enough of them come close together.
std::vector<std::size_t> loop_in(const Snapshot& snapshot, const std::vector<std::size_t>& all) {
  std::vector<std::size_t> recent;
  for (const std::size_t i : all) {
    if (snapshot.taken_at - snapshot.incidents[i].at <= kRecently) recent.push_back(i);
  }
  const auto at = [&](std::size_t i) { return snapshot.incidents[recent[i]].at; };
  for (std::size_t i = kLoop - 1; i < recent.size(); ++i) {
    if (at(i) - at(i + 1 - kLoop) <= kLoopWindow) return recent;
  }
  return {};
}

std::string statuses_of(const Snapshot& snapshot, const std::vector<std::size_t>& incidents) {
  std::set<int> statuses;
  for (const std::size_t i : incidents) statuses.insert(snapshot.incidents[i].status);
  std::vector<std::string> names;
  for (const int status : statuses) {
    names.push_back(status == 0 ? "no status" : std::to_string(status));
  }
  return listed(names);
}

bool has_evidence(const Holder& holder, EvidenceKind kind) {
  return std::any_of(holder.evidence.begin(), holder.evidence.end(),
                     [&](const Evidence& evidence) { return evidence.kind == kind; });
}

bool is_zombie(const Snapshot& snapshot, const Holder& holder) {
  const Process& process = snapshot.processes[holder.process];
  return has_evidence(holder, EvidenceKind::wacli_lock) && process.connections.empty() &&
         snapshot.taken_at - process.started_at > kZombieAfter;
}

bool is_gateway(const Process& process) {
  return process.command.starts_with("openclaw") && !process.zombie;
}

/// Live OpenClaw gateways: by their title, or by a lock that only a gateway holds.
std::set<std::size_t> gateways_of(const Snapshot& snapshot) {
  std::set<std::size_t> gateways;
  for (std::size_t i = 0; i < snapshot.processes.size(); ++i) {
    if (is_gateway(snapshot.processes[i])) gateways.insert(i);
  }
  for (const Session& session : snapshot.sessions) {
    for (const Holder& holder : session.holders) {
      if (has_evidence(holder, EvidenceKind::gateway_lock) ||
          has_evidence(holder, EvidenceKind::openclaw_lock)) {
        gateways.insert(holder.process);
      }
    }
  }
  return gateways;
}

/// The gateway that logged it, when the line says so; else every one that could have.
std::vector<std::size_t> loggers_of(const Snapshot& snapshot, const Incident& incident,
                                    const std::set<std::size_t>& gateways) {
  std::vector<std::size_t> all(gateways.begin(), gateways.end());
  if (incident.pid == 0) return all;
  std::erase_if(all,
                [&](std::size_t i) { return snapshot.processes[i].identity.pid != incident.pid; });
  return all;
}

/// The sessions of an OpenClaw account; the store may be gone, and then there is none.
std::vector<std::size_t> sessions_of_account(const Snapshot& snapshot, const std::string& account) {
  std::vector<std::size_t> sessions;
  if (account.empty()) return sessions;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    if (session.store.tool == Tool::openclaw && session.name == account) sessions.push_back(i);
  }
  return sessions;
}

}  // namespace

void reconnect_loop(const Snapshot& snapshot, std::vector<Finding>& findings) {
  for (const Suspects& group : suspects_of(snapshot, is_other_disconnect)) {
    std::vector<std::size_t> loop = loop_in(snapshot, group.incidents);
    if (loop.empty()) continue;
    Finding finding;
    finding.code = code::kReconnectLoop;
    finding.severity = Severity::warning;
    finding.sessions = group.sessions;
    finding.summary = fmt::format("{}{} lost the connection {} in the last hour (status {}).",
                                  group.sessions.size() > 1 ? "One of " : "",
                                  name_sessions(snapshot, group.sessions), times(loop.size()),
                                  statuses_of(snapshot, loop));
    finding.explanation =
        "These are not conflicts: no other program takes the connection. 408 and 428 come from the "
        "network or a proxy, 500 and 503 from WhatsApp, 405 from a client that is too old.";
    finding.remedy = {"curl -sSI https://web.whatsapp.com",
                      comment("No answer: mend the network. 405: update the program.")};
    finding.incidents = std::move(loop);
    findings.push_back(std::move(finding));
  }
}

void zombie_holder(const Snapshot& snapshot, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    for (const Holder& holder : snapshot.sessions[i].holders) {
      if (!is_zombie(snapshot, holder)) continue;
      const Process& process = snapshot.processes[holder.process];
      Finding finding;
      finding.code = code::kZombieHolder;
      finding.severity = Severity::warning;
      finding.sessions = {i};
      finding.processes = {holder.process};
      finding.summary = fmt::format("{} holds the lock of {} and has no connection to WhatsApp.",
                                    name_process(process), snapshot.sessions[i].id);
      finding.explanation =
          "wacli up to 0.11.0 lives on after WhatsApp replaced its connection: it receives "
          "nothing, "
          "says nothing, and keeps every other wacli out. A long offline command looks the same.";
      finding.remedy = restart_commands(process);
      findings.push_back(std::move(finding));
    }
  }
}

void ghost_holder(const Snapshot& snapshot, std::vector<Finding>& findings) {
  std::map<std::string, std::size_t> last;  // of each account
  for (std::size_t i = 0; i < snapshot.incidents.size(); ++i) {
    const Incident& incident = snapshot.incidents[i];
    if (incident.kind != IncidentKind::credential_missing) continue;
    if (snapshot.taken_at - incident.at <= kGhostFor) last[incident.account] = i;
  }
  if (last.empty()) return;
  const std::set<std::size_t> gateways = gateways_of(snapshot);
  for (const auto& [account, position] : last) {
    Finding finding;
    finding.processes = loggers_of(snapshot, snapshot.incidents[position], gateways);
    if (finding.processes.empty()) continue;
    finding.code = code::kGhostHolder;
    finding.severity = Severity::error;
    finding.sessions = sessions_of_account(snapshot, account);
    finding.incidents = {position};
    const std::string whose = account.empty() ? "" : fmt::format(" of account {}", account);
    finding.summary = fmt::format(
        "OpenClaw's gateway, {}, is still connected, but the credential file{} is gone.",
        name_processes(snapshot, finding.processes), whose);
    finding.explanation =
        "`openclaw channels logout` beside a running gateway deletes the files and leaves its "
        "connection open. It can save nothing, and at its next reconnect the link is lost.";
    for (const std::size_t i : finding.processes) {
      if (finding.remedy.size() > 4) break;
      for (auto& command : restart_commands(snapshot.processes[i])) {
        finding.remedy.push_back(std::move(command));
      }
    }
    finding.remedy.push_back("openclaw channels login --channel whatsapp" +
                             (account.empty() ? "" : " --account=" + quoted(account)));
    findings.push_back(std::move(finding));
  }
}

}  // namespace wasession::judge

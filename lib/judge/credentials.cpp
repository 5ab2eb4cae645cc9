// What state a credential is in.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "judge/remedies.h"
#include "judge/rules.h"
#include "judge/sentences.h"
#include "judge/suspects.h"

namespace wasession::judge {
namespace {

using namespace std::chrono_literals;

/// A pairing code is good for a few minutes; until then somebody may be typing it.
constexpr auto kPairingTakes = 10min;

std::vector<std::size_t> live_holders(const Session& session) {
  std::vector<std::size_t> processes;
  for (const Holder& holder : session.holders) {
    if (holder.confidence != Strength::possible) processes.push_back(holder.process);
  }
  std::sort(processes.begin(), processes.end());
  processes.erase(std::unique(processes.begin(), processes.end()), processes.end());
  return processes;
}

Finding about(std::string_view code, Severity severity, const Snapshot& snapshot,
              std::size_t session) {
  Finding finding;
  finding.code = code;
  finding.severity = severity;
  finding.sessions = {session};
  finding.processes = live_holders(snapshot.sessions[session]);
  return finding;
}

std::vector<std::string> backup_commands(const Session& session) {
  return {fmt::format("cp -p -- {} {}", quoted(session.store.path + "/creds.json.bak"),
                      quoted(session.store.path + "/creds.json"))};
}

bool is_refusal(const Incident& incident) {
  return incident.kind == IncidentKind::disconnected && incident.status == kLoggedOut;
}

/// For each session the 401s that are about it alone and came after its last use.
/// What a login changes is saved a moment after it, also when it was refused: creds.json may be
/// younger than the 401. Nobody links a device again within this time.
constexpr std::chrono::seconds kSaving{5};

std::vector<std::vector<std::size_t>> refusals_of(const Snapshot& snapshot) {
  std::vector<std::vector<std::size_t>> refusals(snapshot.sessions.size());
  for (const Suspects& group : suspects_of(snapshot, is_refusal)) {
    if (group.sessions.size() != 1) continue;
    const auto& last_used = snapshot.sessions[group.sessions[0]].credential.last_used_at;
    for (const std::size_t i : group.incidents) {
      if (!last_used || snapshot.incidents[i].at + kSaving >= *last_used) {
        refusals[group.sessions[0]].push_back(i);
      }
    }
  }
  for (auto& incidents : refusals) std::sort(incidents.begin(), incidents.end());
  return refusals;
}

}  // namespace

void logged_out(const Snapshot& snapshot, std::vector<Finding>& findings) {
  const auto refusals = refusals_of(snapshot);
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    if (session.credential.state != State::logged_out && refusals[i].empty()) continue;
    Finding finding = about(code::kLoggedOut, Severity::warning, snapshot, i);
    finding.incidents = refusals[i];
    if (!finding.processes.empty()) {
      finding.severity = Severity::error;
      finding.summary = fmt::format("WhatsApp has logged {} out, and {} still uses it.", session.id,
                                    name_processes(snapshot, finding.processes));
    } else {
      finding.summary = fmt::format("WhatsApp has logged {} out.", session.id);
    }
    finding.explanation =
        "401: the device was removed from the account, on the phone, by a logout, or by WhatsApp "
        "after 30 days. Nothing brings this credential back; the device has to be linked again.";
    for (const std::size_t process : finding.processes) {
      if (finding.remedy.size() == 4) break;
      finding.remedy.push_back(stop_command(snapshot.processes[process]));
    }
    for (auto& command : relink_commands(session)) finding.remedy.push_back(std::move(command));
    findings.push_back(std::move(finding));
  }
}

void corrupt_credentials(const Snapshot& snapshot, std::vector<Finding>& findings) {
  const auto& restorable = snapshot.condition.restorable;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    if (session.credential.state != State::corrupt) continue;
    Finding finding = about(code::kCorruptCredentials, Severity::error, snapshot, i);
    finding.path = session.store.path;
    finding.summary = fmt::format("The credential of {} cannot be read.", session.id);
    const auto& problems = session.credential.problems;
    finding.explanation = problems.empty() ? "" : problems[0] + ". ";
    if (std::find(restorable.begin(), restorable.end(), i) != restorable.end()) {
      finding.explanation += "Its creds.json.bak is good: copied back, it saves linking again.";
      finding.remedy = backup_commands(session);
    } else {
      finding.explanation +=
          "Without it no program can log in as this device: restore it from a backup, or link "
          "again.";
      finding.remedy = relink_commands(session);
    }
    findings.push_back(std::move(finding));
  }
}

void backup_will_restore(const Snapshot& snapshot, std::vector<Finding>& findings) {
  for (const std::size_t i : snapshot.condition.restorable) {
    const Session& session = snapshot.sessions[i];
    Finding finding = about(code::kBackupWillRestore, Severity::warning, snapshot, i);
    finding.path = session.store.path + "/creds.json.bak";
    finding.summary = fmt::format(
        "creds.json of {} is missing or broken, and its creds.json.bak is good.", session.id);
    finding.explanation =
        "OpenClaw copies the backup back at its next start: deleting creds.json alone is undone. "
        "Delete the backup too if the credential is to go; if it is to stay, copy it back.";
    finding.remedy = {comment("To keep the credential:")};
    for (auto& command : backup_commands(session)) finding.remedy.push_back(std::move(command));
    finding.remedy.push_back(comment("To be rid of it, instead: " + purge_command(session)));
    findings.push_back(std::move(finding));
  }
}

void interrupted_pairing(const Snapshot& snapshot, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    if (session.credential.state != State::pairing) continue;
    const auto& changed = session.credential.last_used_at;
    if (changed && snapshot.taken_at - *changed < kPairingTakes) continue;
    Finding finding = about(code::kInterruptedPairing, Severity::warning, snapshot, i);
    finding.summary = fmt::format("The pairing of {} was begun and never completed.", session.id);
    finding.explanation =
        "A pairing code was asked for and not typed on the phone. At its next start Baileys takes "
        "the number that it left for a login, and WhatsApp answers 401.";
    for (const std::size_t process : finding.processes) {
      if (finding.remedy.size() == 4) break;
      finding.remedy.push_back(stop_command(snapshot.processes[process]));
    }
    for (auto& command : relink_commands(session)) finding.remedy.push_back(std::move(command));
    findings.push_back(std::move(finding));
  }
}

}  // namespace wasession::judge

// What is wrong with files, and what could not be looked at.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "judge/remedies.h"
#include "judge/rules.h"
#include "judge/sentences.h"

namespace wasession::judge {
namespace {

constexpr std::size_t kMostCommands = 4;

/// Where OpenClaw takes every directory for an account's.
constexpr std::string_view kOpenClawAccounts = "/credentials/whatsapp/";

std::string fix_command(const Session& session) {
  return "wasession doctor --fix " + quoted(session.id);
}

bool has_configured_copy(const Snapshot& snapshot, const Session& session) {
  if (!session.credential_group) return false;
  const auto& group = snapshot.credential_groups[*session.credential_group];
  return std::any_of(group.begin(), group.end(),
                     [&](std::size_t i) { return snapshot.sessions[i].store.configured; });
}

bool is_unconfigured(const Snapshot& snapshot, const Session& session) {
  return session.store.tool == Tool::openclaw && !session.store.configured &&
         session.credential.state != State::unpaired &&
         session.store.path.find(kOpenClawAccounts) != std::string::npos &&
         !has_configured_copy(snapshot, session);
}

Severity severity_of(const StaleLock& lock) {
  if (lock.blocks) return Severity::error;
  return lock.of_run ? Severity::info : Severity::warning;
}

std::string_view explain(const StaleLock& lock) {
  if (lock.blocks) {
    return "OpenClaw refuses an empty or unreadable lock for ever: the account stays offline until "
           "the file is gone.";
  }
  if (lock.of_run) {
    return "A command of wasession run kept OpenClaw off with it until it ended. OpenClaw takes it "
           "over at its next start: nothing needs doing.";
  }
  return "A killed process left it. The next start takes it over; until then it only misleads.";
}

/// With hidepid one's own processes are seen at least.
void tell_unseen_processes(const Snapshot& snapshot, Finding& finding) {
  if (snapshot.processes_hidden && snapshot.processes_seen == 0) {
    finding.summary = "No process can be seen here.";
    finding.explanation = "/proc is not mounted, so that nobody can be named as a holder.";
    return;
  }
  const std::string meaning = " Where no holder is named, that means: none was seen.";
  if (snapshot.processes_hidden) {
    finding.summary = "The processes of other users are hidden here.";
    finding.explanation = "/proc is mounted with hidepid." + meaning;
    return;
  }
  finding.summary = fmt::format("{} of {} could not be looked into.", snapshot.processes_unreadable,
                                counted(snapshot.processes_seen, "process", "processes"));
  finding.explanation = "They belong to other users." + meaning;
}

}  // namespace

void world_readable_secrets(const Snapshot& snapshot, std::vector<Finding>& findings) {
  std::map<std::size_t, std::vector<const ExposedSecret*>> of_session;
  for (const ExposedSecret& secret : snapshot.condition.exposed) {
    of_session[secret.session].push_back(&secret);
  }
  for (const auto& [i, secrets] : of_session) {
    const Session& session = snapshot.sessions[i];
    Finding finding;
    finding.code = code::kWorldReadableSecrets;
    finding.severity = Severity::warning;
    finding.sessions = {i};
    finding.fixable = true;
    finding.path = secrets.size() == 1 ? secrets[0]->path : session.store.path;
    finding.summary = fmt::format("Other users may read {} of {}: {} is {:04o}.",
                                  counted(secrets.size(), "file or directory", "files"), session.id,
                                  secrets[0]->path, secrets[0]->mode & 07777U);
    finding.explanation =
        "Whoever can read a credential can log in as this device, and every login of a copy "
        "replaces yours with 440.";
    if (secrets.size() <= kMostCommands) {
      for (const ExposedSecret* secret : secrets) {
        finding.remedy.push_back(
            fmt::format("chmod {:o} -- {}", secret->wanted_mode & 07777U, quoted(secret->path)));
      }
    } else {
      finding.remedy = {fix_command(session)};
    }
    findings.push_back(std::move(finding));
  }
}

void stale_lock(const Snapshot& snapshot, std::vector<Finding>& findings) {
  for (const StaleLock& lock : snapshot.condition.stale_locks) {
    Finding finding;
    finding.code = code::kStaleLock;
    finding.severity = severity_of(lock);
    finding.fixable = true;
    finding.path = lock.path;
    const std::string whose = lock.owner.pid == 0
                                  ? "names no process"
                                  : fmt::format("names pid {}, which is gone", lock.owner.pid);
    finding.summary = fmt::format("The lock file {} {}.", lock.path, whose);
    finding.explanation = explain(lock);
    finding.remedy = {"wasession doctor --fix"};
    if (lock.session) {
      finding.sessions = {*lock.session};
      finding.remedy = {fix_command(snapshot.sessions[*lock.session])};
    }
    findings.push_back(std::move(finding));
  }
}

void unconfigured_store(const Snapshot& snapshot, std::vector<Finding>& findings) {
  Finding finding;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    if (is_unconfigured(snapshot, snapshot.sessions[i])) finding.sessions.push_back(i);
  }
  if (finding.sessions.empty()) return;
  finding.code = code::kUnconfiguredStore;
  const bool one = finding.sessions.size() == 1;
  finding.summary =
      fmt::format("No OpenClaw configuration names {}.", name_sessions(snapshot, finding.sessions));
  finding.explanation = fmt::format(
      "OpenClaw does not start {}, yet {} credential stays usable: left from an account that was "
      "removed, or kept by hand.",
      one ? "it" : "them", one ? "its" : "each");
  for (const std::size_t i : finding.sessions) {
    if (finding.remedy.size() == kMostCommands) break;
    finding.remedy.push_back(purge_command(snapshot.sessions[i]));
  }
  findings.push_back(std::move(finding));
}

void registry_damaged(const Snapshot& snapshot, std::vector<Finding>& findings) {
  const std::string& path = snapshot.condition.damaged_registry;
  if (path.empty()) return;
  Finding finding;
  finding.code = code::kRegistryDamaged;
  finding.severity = Severity::warning;
  finding.fixable = true;
  finding.path = path;
  finding.summary = fmt::format("The session registry {} is damaged.", path);
  finding.explanation =
      "Everything works without it, but what it remembered (stores outside the usual places, past "
      "incidents) is not used. It is set aside, not deleted, and begun anew.";
  finding.remedy = {"wasession doctor --fix"};
  findings.push_back(std::move(finding));
}

void cannot_see(const Snapshot& snapshot, std::vector<Finding>& findings) {
  if (snapshot.processes_unreadable > 0 || snapshot.processes_hidden) {
    Finding finding;
    finding.code = code::kCannotSee;
    tell_unseen_processes(snapshot, finding);
    if (!snapshot.taken_by_root) finding.remedy = {"sudo wasession doctor"};
    findings.push_back(std::move(finding));
  }
  if (snapshot.warnings.empty()) return;
  Finding finding;
  finding.code = code::kCannotSee;
  finding.severity = Severity::warning;
  std::vector<std::string> what;
  for (const Warning& warning : snapshot.warnings) {
    if (what.size() == kMostCommands) break;
    what.push_back(warning.path.empty() ? warning.what
                                        : fmt::format("{}: {}", warning.path, warning.what));
  }
  finding.path = snapshot.warnings.size() == 1 ? snapshot.warnings[0].path : "";
  finding.summary = fmt::format("{} could not be looked at.",
                                counted(snapshot.warnings.size(), "thing", "things"));
  for (const std::string& clause : what) finding.explanation += clause + ". ";
  if (snapshot.warnings.size() > what.size()) {
    finding.explanation += fmt::format("And {} more. ", snapshot.warnings.size() - what.size());
  }
  finding.explanation += "What is there is not judged.";
  findings.push_back(std::move(finding));
}

}  // namespace wasession::judge

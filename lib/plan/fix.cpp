#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "plan/plan.h"

namespace wasession::plan {
namespace {

constexpr std::string_view kStaleLock = "stale-lock";
constexpr std::string_view kReadableSecrets = "world-readable-secrets";
constexpr std::string_view kDamagedRegistry = "registry-damaged";

/// Whether a fixable finding with this code is about the file: it names the file, or the session
/// that the file belongs to, or nothing in particular.
bool asked_for(std::span<const Finding> findings, std::string_view code, const std::string& path,
               std::optional<std::size_t> session) {
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    if (!finding.fixable || finding.code != code) return false;
    if (finding.path.empty() && finding.sessions.empty()) return true;
    if (!finding.path.empty() && finding.path == path) return true;
    return session && std::ranges::find(finding.sessions, *session) != finding.sessions.end();
  });
}

std::string why_remove(const StaleLock& lock) {
  if (lock.blocks) {
    return "it is a lock that names no process, and OpenClaw refuses to connect for as long as it "
           "is there";
  }
  return fmt::format("it is a lock of process {}, which has ended", lock.owner.pid);
}

void add_permissions(const Snapshot& snapshot, std::span<const Finding> findings, Plan& plan) {
  for (const ExposedSecret& secret : snapshot.condition.exposed) {
    if (!asked_for(findings, kReadableSecrets, secret.path, secret.session)) continue;
    Step step;
    step.kind = StepKind::restrict_permissions;
    step.target = secret.path;
    step.why = fmt::format(
        "other users can read the credentials: its mode {:04o} becomes {:04o}, for its owner only",
        secret.mode, secret.wanted_mode);
    step.identity = secret.identity;
    step.mode = secret.wanted_mode;
    plan.push_back(std::move(step));
  }
}

void add_locks(const Snapshot& snapshot, std::span<const Finding> findings, Plan& plan) {
  for (const StaleLock& lock : snapshot.condition.stale_locks) {
    if (!asked_for(findings, kStaleLock, lock.path, lock.session)) continue;
    Step step;
    step.kind = StepKind::remove_stale_lock;
    step.target = lock.path;
    step.why = why_remove(lock);
    step.identity = lock.identity;
    step.owner = lock.owner;
    plan.push_back(std::move(step));
  }
}

void add_registry(const Snapshot& snapshot, std::span<const Finding> findings, Plan& plan) {
  const std::string& path = snapshot.condition.damaged_registry;
  if (path.empty() || !asked_for(findings, kDamagedRegistry, path, std::nullopt)) return;
  Step step;
  step.kind = StepKind::set_registry_aside;
  step.target = path;
  step.why = "the session registry is damaged: it is renamed, and a new one begins in its place";
  plan.push_back(std::move(step));
}

}  // namespace

/// Secrets are closed first, a directory before what is in it: every moment counts there, and
/// nowhere else.
Plan fix(const Snapshot& snapshot, std::span<const Finding> findings) {
  Plan plan;
  add_permissions(snapshot, findings, plan);
  add_locks(snapshot, findings, plan);
  add_registry(snapshot, findings, plan);
  return plan;
}

}  // namespace wasession::plan

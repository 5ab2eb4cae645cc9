#include "plan/stop.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "judge/remedies.h"
#include "judge/sentences.h"

namespace wasession::plan {
namespace {

constexpr std::string_view kWacliLock = "LOCK";

std::string pid_selector(const Process& process) {
  return fmt::format("pid:{}", process.identity.pid);
}

bool contains(const std::vector<std::size_t>& positions, std::size_t position) {
  return std::ranges::find(positions, position) != positions.end();
}

std::string_view parent_of(std::string_view path) {
  return path.substr(0, path.rfind('/'));
}

Stopping stopping_of(const Process& process, bool kill) {
  return {process.identity, process.uid, process.user, process.supervisor, kill};
}

/// Whose own command stops it for good.
bool has_stop_command(const Process& process) {
  if (!process.supervisor || process.supervisor->unit.empty()) return false;
  const SupervisorKind kind = process.supervisor->kind;
  return kind != SupervisorKind::shell && kind != SupervisorKind::kubernetes;
}

/// Whether one command stops both. Each user has a manager with units of its own.
bool share_unit(const Stopping& a, const Process& b) {
  if (!a.supervisor || a.supervisor != b.supervisor) return false;
  const SupervisorKind kind = a.supervisor->kind;
  const bool of_user = kind == SupervisorKind::systemd_user || kind == SupervisorKind::launchd;
  return !of_user || a.uid == b.uid;
}

/// Run for another user these would take that user's files for their own, and leave root's there.
bool is_users_own(const Process& process) {
  if (!process.supervisor) return false;
  const SupervisorKind kind = process.supervisor->kind;
  return kind == SupervisorKind::pm2 || kind == SupervisorKind::podman;
}

std::string why_unit(const Process& process) {
  return fmt::format("{} would start {} again: stopped there, it stays stopped",
                     to_string(process.supervisor->kind), judge::name_process(process));
}

/// The account that OpenClaw 2026.9 could end alone: its lock of the auth directory shows that the
/// gateway is that version, and lies where the gateway's state directory can be told from.
std::optional<Channel> channel_of(const Session& session, const Holder& holder) {
  constexpr std::string_view kBelowState = "/credentials/whatsapp";
  constexpr std::string_view kProfile = "openclaw@";
  const bool locked = std::ranges::any_of(holder.evidence, [](const Evidence& evidence) {
    return evidence.kind == EvidenceKind::openclaw_lock;
  });
  const std::string_view above = parent_of(session.store.path);
  if (!locked || session.store.tool != Tool::openclaw || !above.ends_with(kBelowState)) {
    return std::nullopt;
  }
  Channel channel;
  channel.account = session.name;
  channel.auth_directory = session.store.path;
  channel.state_directory = above.substr(0, above.size() - kBelowState.size());
  if (session.id.starts_with(kProfile)) {
    channel.profile = session.id.substr(kProfile.size(), session.id.find('/') - kProfile.size());
  }
  return channel;
}

/// The ids of what else the process holds, and would let go of too.
std::vector<std::string> others_held(const Snapshot& snapshot, const Target& target) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    const bool held = std::ranges::any_of(session.holders, [&](const Holder& holder) {
      return holder.process == target.process && holder.confidence != Strength::possible;
    });
    if (held && !contains(target.sessions, i)) ids.push_back(session.id);
  }
  return ids;
}

std::string disconnect_command(const Process& process, std::string_view options) {
  return fmt::format("wasession disconnect {}{}", pid_selector(process), options);
}

}  // namespace

Stops::Stops(const Snapshot& snapshot, bool force, std::vector<std::size_t> kept,
             bool whole_processes)
    : snapshot_(snapshot),
      force_(force),
      whole_processes_(whole_processes),
      kept_(std::move(kept)) {}

bool Stops::is_family(const Process& process) const {
  return std::ranges::find(snapshot_.own_family, process.identity.pid) !=
         snapshot_.own_family.end();
}

bool Stops::shares_unit_with_kept(const Process& process) const {
  for (std::size_t i = 0; i < snapshot_.processes.size(); ++i) {
    const Process& other = snapshot_.processes[i];
    if ((contains(kept_, i) || is_family(other)) && share_unit(stopping_of(other, false), process))
      return true;
  }
  return false;
}

bool Stops::may_stop(const Target& target, Decision& decision) const {
  const Process& process = snapshot_.processes[target.process];
  const auto leave = [&](std::string why, std::string command = {}) {
    decision.left.push_back({pid_selector(process),
                             fmt::format("{} is left alone: {}", judge::name_process(process), why),
                             std::move(command)});
    return false;
  };
  const int pid = process.identity.pid;
  if (pid <= 1) return leave("it is process 1, on which all others rest");
  if (is_family(process)) {
    return leave("it started this wasession, and would end it too; disconnect it from elsewhere",
                 disconnect_command(process, " --force"));
  }
  const bool foreign = process.uid != snapshot_.taken_by;
  const std::string owner = process.user.empty() ? std::to_string(process.uid) : process.user;
  if (foreign && !snapshot_.taken_by_root) {
    return leave(fmt::format("it belongs to {}", owner),
                 "sudo " + disconnect_command(process, " --force"));
  }
  if (foreign && !target.named && !force_) {
    return leave(fmt::format("it belongs to {}, and nobody named it", owner),
                 disconnect_command(process, " --force"));
  }
  if (process.supervisor && process.supervisor->kind == SupervisorKind::kubernetes && !force_) {
    return leave("kubernetes would replace its pod: scale down what runs it");
  }
  if (foreign && is_users_own(process)) {
    return leave(fmt::format("{} of {} keeps it, whose command only that user should run",
                             to_string(process.supervisor->kind), owner),
                 fmt::format("sudo -u {} {}", judge::quoted(owner),
                             disconnect_command(process, " --force")));
  }
  if (target.confidence == Strength::possible ||
      (target.confidence == Strength::likely && !force_)) {
    return leave(fmt::format("that it uses the credential is only {}; see wasession who-holds",
                             to_string(target.confidence)),
                 disconnect_command(process, " --force"));
  }
  return true;
}

void Stops::add_locks(const Target& target, Decision& decision) {
  for (const std::size_t i : target.sessions) {
    const Session& session = snapshot_.sessions[i];
    if (session.store.tool != Tool::wacli) continue;
    Step step;
    step.kind = StepKind::take_lock;
    step.target = fmt::format("{}/{}", parent_of(session.store.path), kWacliLock);
    step.why = "a wacli that is started again meanwhile finds it locked and ends";
    const bool planned = std::ranges::any_of(decision.plan, [&](const Step& earlier) {
      return earlier.kind == StepKind::take_lock && earlier.target == step.target;
    });
    if (!planned) decision.plan.push_back(std::move(step));
  }
}

std::optional<std::size_t> Stops::add_channel(const Target& target, Decision& decision) const {
  const Process& process = snapshot_.processes[target.process];
  if (whole_processes_) return std::nullopt;
  // The gateway of another user is reached with that user's configuration.
  if (target.sessions.size() != 1 || process.uid != snapshot_.taken_by) return std::nullopt;
  const Session& session = snapshot_.sessions[target.sessions.front()];
  const auto holder = std::ranges::find(session.holders, target.process, &Holder::process);
  if (holder == session.holders.end()) return std::nullopt;
  const auto channel = channel_of(session, *holder);
  if (!channel) return std::nullopt;
  Step step;
  step.kind = StepKind::stop_channel;
  step.target = session.id;
  step.why = fmt::format("{} can end this account alone and go on with the others",
                         judge::name_process(process));
  step.stopping = stopping_of(process, false);
  step.channel = channel;
  decision.plan.push_back(std::move(step));
  return decision.plan.size() - 1;
}

std::optional<std::size_t> Stops::add_unit(const Target& target, Decision& decision,
                                           std::optional<std::size_t> unless_done) {
  const Process& process = snapshot_.processes[target.process];
  if (!has_stop_command(process) || shares_unit_with_kept(process)) return std::nullopt;
  for (std::size_t i = 0; i < decision.plan.size(); ++i) {
    const Step& earlier = decision.plan[i];
    const bool same = earlier.kind == StepKind::stop_unit && !earlier.unless_done &&
                      share_unit(*earlier.stopping, process);
    if (same) return i;
  }
  Step step;
  step.kind = StepKind::stop_unit;
  step.target = process.supervisor->unit;
  step.why = why_unit(process);
  step.stopping = stopping_of(process, false);
  step.unless_done = unless_done;
  decision.plan.push_back(std::move(step));
  return decision.plan.size() - 1;
}

void Stops::add(const Target& target, Decision& decision) {
  if (contains(stopped_, target.process) || !may_stop(target, decision)) return;
  const Process& process = snapshot_.processes[target.process];
  add_locks(target, decision);
  const auto channel = add_channel(target, decision);
  const auto unit = add_unit(target, decision, channel);
  Step step;
  step.kind = StepKind::end_process;
  step.target = pid_selector(process);
  step.why =
      unit ? fmt::format("if {} is still there then: {}", judge::name_process(process), target.why)
           : target.why;
  const auto others = others_held(snapshot_, target);
  if (!others.empty()) step.why += "; it also ends " + judge::listed(others);
  step.stopping = stopping_of(process, force_);
  step.unless_done = channel;
  // Killed behind its supervisor's back it would only come back.
  if (unit && !force_) step.if_done = unit;
  decision.plan.push_back(std::move(step));
  stopped_.push_back(target.process);
  for (const std::size_t i : target.sessions) {
    if (!contains(sessions_, i)) sessions_.push_back(i);
  }
}

void Stops::add_watch(Decision& decision) const {
  if (stopped_.empty() || sessions_.empty()) return;
  Step step;
  step.kind = StepKind::watch_for_return;
  step.watch = Watch{};
  std::vector<std::string> ids;
  for (const std::size_t i : sessions_) ids.push_back(snapshot_.sessions[i].id);
  std::sort(ids.begin(), ids.end());
  step.watch->sessions = ids;
  // Whoever was there already was kept, or is told of where it is left standing.
  for (std::size_t i = 0; i < snapshot_.processes.size(); ++i) {
    if (!contains(stopped_, i)) step.watch->known.push_back(snapshot_.processes[i].identity);
  }
  step.target = judge::listed(ids);
  step.why = "what ended may be started again: by whom, if so";
  decision.plan.push_back(std::move(step));
}

}  // namespace wasession::plan

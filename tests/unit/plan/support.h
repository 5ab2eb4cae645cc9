/// Machines to disconnect on, and Decisions as one line.
#pragma once

#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "plan/plan.h"
#include "unit/judge/snapshot_builder.h"

namespace wasession::test {

/// `stop-unit bot.service, end-process pid:22, watch-for-return baileys/copy`.
inline std::string steps(const Decision& decision) {
  std::string text;
  for (const Step& step : decision.plan) {
    if (!text.empty()) text += ", ";
    text += std::string(to_string(step.kind)) + " " + step.target;
  }
  return text;
}

/// `11: it is supervised by systemd`, each on a line.
inline std::string kept(const Decision& decision) {
  std::string text;
  for (const Kept& each : decision.kept) {
    text += std::to_string(each.process.pid) + ": " + each.why + "\n";
  }
  return text;
}

/// What is left and the command that would do it, each on a line.
inline std::string left(const Decision& decision) {
  std::string text;
  for (const Left& each : decision.left) {
    text += each.target + ": " + each.why + " [" + each.command + "]\n";
  }
  return text;
}

inline bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The first step of its kind; one with an impossible target when there is none.
inline Step step_of(const Decision& decision, StepKind kind) {
  for (const Step& step : decision.plan) {
    if (step.kind == kind) return step;
  }
  FAIL_CHECK("the plan has no step of the kind " << to_string(kind) << ": " << steps(decision));
  return {};
}

inline void hold_certainly(SnapshotBuilder& machine, std::size_t session, std::size_t process) {
  machine.hold(session, process, Strength::certain, EvidenceKind::open_file);
}

inline void supervise(SnapshotBuilder& machine, std::size_t process, SupervisorKind kind,
                      const std::string& unit) {
  machine.process_at(process).supervisor = Supervisor{kind, unit};
}

/// One credential in two directories; 11 has run longer and uses the first, 22 uses the copy.
inline SnapshotBuilder copied_credential() {
  SnapshotBuilder machine;
  const auto original = machine.session("openclaw/default", 1);
  const auto copy = machine.session("baileys/copy", 1, Tool::baileys);
  hold_certainly(machine, original, machine.process(11));
  hold_certainly(machine, copy, machine.process(22));
  machine.process_at(0).started_at = ago(std::chrono::hours(2));
  return machine;
}

inline Decision disconnected(const SnapshotBuilder& machine,
                             const plan::DisconnectRequest& request = {}) {
  return plan::disconnect(machine.build(), request);
}

/// Every holder of these sessions.
inline plan::DisconnectRequest named(std::vector<std::size_t> sessions, bool force = false) {
  plan::DisconnectRequest request;
  request.sessions = std::move(sessions);
  request.force = force;
  return request;
}

inline plan::DisconnectRequest named_pid(int pid, bool force = false) {
  plan::DisconnectRequest request;
  request.pids = {pid};
  request.force = force;
  return request;
}

inline plan::DisconnectRequest forced() {
  plan::DisconnectRequest request;
  request.force = true;
  return request;
}

}  // namespace wasession::test

#include <optional>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "apply/commands.h"
#include "apply/processes.h"
#include "apply/steps.h"

namespace wasession::apply {
namespace {

/// A name that begins with a dash is no option.
void add_operand(Command& command, const std::string& name) {
  if (name.starts_with('-')) command.words.emplace_back("--");
  command.words.push_back(name);
}

/// The manager of a user's units is reached through the user's runtime directory, which cron and
/// su do not name.
Command systemctl_of_user(const Stopping& stopping) {
  Command command{{"systemctl", "--user"}, {}};
  if (stopping.uid != ::geteuid()) {
    const std::string name = stopping.user.empty() ? std::to_string(stopping.uid) : stopping.user;
    command.words.push_back(fmt::format("--machine={}@.host", name));
  } else if (::getenv("XDG_RUNTIME_DIR") == nullptr) {
    command.environment.emplace_back("XDG_RUNTIME_DIR", fmt::format("/run/user/{}", stopping.uid));
  }
  command.words.emplace_back("stop");
  return command;
}

/// What stops a supervised process for good; nothing where there is no such command.
std::optional<Command> stop_command(const Stopping& stopping) {
  const Supervisor& supervisor = stopping.supervisor.value();
  Command command;
  switch (supervisor.kind) {
    case SupervisorKind::systemd:
      command.words = {"systemctl", "stop"};
      break;
    case SupervisorKind::systemd_user:
      command = systemctl_of_user(stopping);
      break;
    case SupervisorKind::pm2:
      command.words = {"pm2", "stop"};
      if (!supervisor.home.empty()) command.environment.emplace_back("PM2_HOME", supervisor.home);
      break;
    case SupervisorKind::docker:
      command.words = {"docker", "stop"};
      break;
    case SupervisorKind::podman:
      command.words = {"podman", "stop"};
      break;
    case SupervisorKind::launchd:
      command.words = {"launchctl", "bootout",
                       fmt::format("gui/{}/{}", stopping.uid, supervisor.unit)};
      return command;
    case SupervisorKind::kubernetes:
    case SupervisorKind::shell:
      return std::nullopt;
  }
  add_operand(command, supervisor.number.empty() ? supervisor.unit : supervisor.number);
  return command;
}

}  // namespace

Outcome stop_unit(const Step& step, const Means& means) {
  const Stopping& stopping = step.stopping.value();
  const ProcessHandle process(stopping.process);
  if (!process && process.error() == 0) {
    return skipped(step, fmt::format("pid {} has ended already", stopping.process.pid));
  }
  const auto command = stop_command(stopping);
  if (!command) return skipped(step, "it has no command that stops it");
  Commands real;
  Commands& commands = means.commands != nullptr ? *means.commands : real;
  const Answer answer = commands.run(*command, means.timeout, means);
  // Their daemons go on stopping when nobody waits any more: docker gives ten seconds of its own.
  const bool goes_on = answer.timed_out && stopping.supervisor->kind != SupervisorKind::pm2;
  if (means.is_interrupted()) return refused(step, "interrupted");
  if (answer.error != 0 || (answer.status != 0 && !goes_on)) {
    return {step, Result::failed, describe_failure(*command, answer), true};
  }
  if (!process) return done(step, to_string(*command));
  const std::string what = fmt::format("waiting for pid {} to end", stopping.process.pid);
  const bool ended = process.wait(means.timeout, means, what);
  return done(step, fmt::format("{}: pid {} {}", to_string(*command), stopping.process.pid,
                                ended ? "has ended" : "is still there"));
}

}  // namespace wasession::apply

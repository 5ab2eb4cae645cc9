#include "report/process_words.h"

#include <fmt/format.h>

#include "report/escape.h"

namespace wasession::report {
namespace {

std::string supervisor_words(const Supervisor& supervisor) {
  std::string unit = printable(supervisor.unit);
  switch (supervisor.kind) {
    case SupervisorKind::systemd:
      return "systemd unit " + unit;
    case SupervisorKind::systemd_user:
      return "systemd user unit " + unit;
    case SupervisorKind::pm2:
      return unit.empty() ? "pm2" : "pm2 process " + unit;
    case SupervisorKind::docker:
      return "docker container " + unit;
    case SupervisorKind::podman:
      return "podman container " + unit;
    case SupervisorKind::kubernetes:
      return unit.empty() ? "kubernetes" : "kubernetes " + unit;
    case SupervisorKind::launchd:
      return "launchd job " + unit;
    case SupervisorKind::shell:
      return "by hand in " + unit;
  }
  return unit;
}

}  // namespace

std::string process_words(const Process& process, Time now) {
  std::string words =
      process.user.empty() ? fmt::format("uid {}", process.uid) : "user " + printable(process.user);
  words += ", started " + ago(process.started_at, now);
  if (process.supervisor) words += ", " + supervisor_words(*process.supervisor);
  if (!process.executable.empty()) words += ", " + printable(process.executable);
  if (!process.working_directory.empty()) words += " in " + printable(process.working_directory);
  return words;
}

std::string who_words(const Process& process, Time now) {
  constexpr std::size_t kLongestCommand = 40;
  return fmt::format("pid {} {}, {}", process.identity.pid,
                     cut_middle(printable(process.command), kLongestCommand),
                     process_words(process, now));
}

}  // namespace wasession::report

/// Who would start a process again.
#pragma once

#include <optional>
#include <string_view>

#include "model/process.h"
#include "observe/processes/processes.h"

namespace wasession::observe {

/// What a control group's path says: a systemd unit (of the system or of a user's manager), a
/// docker or podman container, a kubernetes pod. Nothing for a login session, the root group, a
/// service that starts programs for people (sshd, cron), or a path that is none of these. `path` is
/// what stands after `0::` (or after the name=systemd controller of version 1) in /proc/PID/cgroup.
/// Of several units or containers around each other it is the outermost, the one that a command on
/// this machine knows; a container id is cut to its first 12 digits.
std::optional<Supervisor> supervisor_of_control_group(std::string_view path);

/// The same of the whole text of /proc/PID/cgroup, whichever version of control groups it shows.
std::optional<Supervisor> supervisor_of_control_groups(std::string_view text);

/// The supervisor of a process. In this order: a container other than the one that this process
/// runs in; pm2 (an ancestor is its God Daemon; the unit is the variable `name`, else `pm_id`, of
/// the environment, empty without both); the shell of the terminal that it was started from; a
/// systemd unit. Nothing when none of these is seen.
///
/// The shell goes before the unit because terminals run as services too: stopping the unit would
/// stop all that was started there.
std::optional<Supervisor> supervisor_of(const Process& process, const ProcessReading& reading);

}  // namespace wasession::observe

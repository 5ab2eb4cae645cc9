/// Who would start a process again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/process.h"
#include "observe/processes/processes.h"

namespace wasession::observe {

/// What a control group's path says: a systemd unit (of the system or of a user's manager), a
/// docker or podman container, a kubernetes pod. Nothing for a login session, the root group, or a
/// path that is none of these. `path` is what stands after `0::` (or after the name=systemd
/// controller of version 1) in /proc/PID/cgroup.
std::optional<Supervisor> supervisor_of_control_group(std::string_view path);

/// The supervisor of a process: pm2 (an ancestor is its God Daemon; the unit is the variable
/// `name`, else `pm_id`, of the environment), the control group, or the shell of the terminal that
/// it belongs to. Nothing when none of these is seen.
std::optional<Supervisor> supervisor_of(const Process& process, const ProcessReading& reading);

}  // namespace wasession::observe

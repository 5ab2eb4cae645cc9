/// Command lines that a person can paste to cure a finding. Pure: nothing here runs one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/process.h"
#include "model/session.h"

namespace wasession::judge {

/// The text as one word of a POSIX shell, whatever bytes it has. With control characters or bytes
/// that are not ASCII it is written as `$'…'`, which bash, zsh and ksh read, so that the command
/// stays on one line and shows every byte.
std::string quoted(std::string_view text);

/// A line that a shell ignores. The text may hold names byte for byte: none of them ends the line.
std::string comment(std::string_view text);

/// Stops a process so that it stays stopped.
std::string stop_command(const Process& process);

/// Stops all of `processes` and nothing that the one to be kept needs.
std::string stop_command(std::span<const Process* const> processes, const Process& kept);

/// Starts a process anew through its supervisor; without one it stops it, and a comment says what
/// to type again.
std::vector<std::string> restart_commands(const Process& process);

/// Forgets the credential on this machine and links a new one. The old one stays linked until it is
/// removed on the phone.
std::vector<std::string> relink_commands(const Session& session);

/// Takes a credential away from the programs that could use it, to where restore finds it. Never
/// asks WhatsApp to log out: that would end its copies too.
std::string purge_command(const Session& session);

}  // namespace wasession::judge

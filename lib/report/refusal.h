/// Why `wasession run` does not start its command, in words.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/snapshot.h"
#include "model/start.h"

namespace wasession::report {

/// How every refusal begins, to the letter: supervisors and people look for it.
inline constexpr std::string_view kRefusal =
    "Another WhatsApp session is active. Please disconnect other sessions before connecting.";

/// The refusal because of processes that use the account: who each is, why it is in the way, and
/// the command that disconnects it. Lines, each ended; printable.
std::string rivals_text(const Snapshot& snapshot, std::span<const Rival> rivals);

/// The refusal because the lease is taken. `process` is who has it, where that can be seen.
std::string lease_text(const Claim& claim, const std::optional<Process>& process, Time now);

/// The refusal because a rival's own lock is held; `why` is a clause that names lock and holder,
/// `command` disconnects the holder, or shows who it is; empty when there is nobody to disconnect.
std::string rival_lock_text(const std::string& why, const std::string& command);

}  // namespace wasession::report

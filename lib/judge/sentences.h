/// How findings name things: short, bounded, and byte for byte (they are escaped when shown).
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.h"

namespace wasession::judge {

/// `a`, `a and b`, `a, b and c`; of more than four the first four, then `and 6 more`.
std::string listed(std::span<const std::string> names);

/// The ids of sessions, by position, listed.
std::string name_sessions(const Snapshot& snapshot, std::span<const std::size_t> sessions);

/// `pid 42 (node bot.js; systemd --user unit bot.service)`; a long command is cut.
std::string name_process(const Process& process);

/// Processes, by position, listed.
std::string name_processes(const Snapshot& snapshot, std::span<const std::size_t> processes);

/// `1 time`, `78 times`.
std::string times(std::size_t count);

/// `1 session is`, `2 sessions are`: the number, then the words for one or for more.
std::string counted(std::size_t count, std::string_view one, std::string_view more);

/// `40 seconds`, `12 minutes`, `3 hours`, `45 days`: never below zero.
std::string duration(std::chrono::milliseconds time);

}  // namespace wasession::judge

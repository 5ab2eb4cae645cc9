/// Times as the programs write them into their logs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/time.h"

namespace wasession::observe::logs {

/// `2026-11-22T15:28:49.337Z`, `…+00:00`, journalctl's `…+0000`; the fraction of a second may have
/// any number of digits or be left out. Nothing for other forms, and outside 1970 to 2200.
std::optional<Time> parse_iso_time(std::string_view text);

/// `15:04:05.000` in local time on the last day that is not after `newest` (a log without dates was
/// written before its last modification).
std::optional<Time> parse_clock_time(std::string_view text, Time newest);

/// Milliseconds since 1970 between 1970 and 2200.
std::optional<Time> time_of_milliseconds(std::int64_t milliseconds_since_1970);

}  // namespace wasession::observe::logs

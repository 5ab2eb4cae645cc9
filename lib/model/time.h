/// Points in time as the tool reads and prints them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace wasession {

/// Milliseconds since 1970, UTC: the finest unit that any of the tools writes.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// RFC 3339 in UTC, to the second: `2026-11-22T15:38:44Z`.
std::string rfc3339(Time time);

/// The moment that a person means: `90s`, `30m`, `24h`, `7d` before `now`, or a date and time of
/// RFC 3339, whose time (midnight) and zone (UTC) may be left out. Nothing for anything else.
std::optional<Time> parse_moment(std::string_view text, Time now);

/// How long before `now` it was, in one word: `now`, `40s`, `5m`, `3h`, `12d`; a time that is not
/// yet is `in 5m`.
std::string age_words(Time time, Time now);

/// The same for a sentence: `5m ago`, `just now`.
std::string ago(Time time, Time now);

}  // namespace wasession

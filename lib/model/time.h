/// Points in time as the tool reads and prints them.
#pragma once

#include <chrono>
#include <string>

namespace wasession {

/// Milliseconds since 1970, UTC: the finest unit that any of the tools writes.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// RFC 3339 in UTC, to the second: `2026-11-22T15:38:44Z`.
std::string rfc3339(Time time);

/// How long before `now` it was, in one word: `now`, `40s`, `5m`, `3h`, `12d`; a time that is not
/// yet is `in 5m`.
std::string age_words(Time time, Time now);

/// The same for a sentence: `5m ago`, `just now`.
std::string ago(Time time, Time now);

}  // namespace wasession

/// The times in a struct stat, whose members are named otherwise on macOS.
#pragma once

#include <cstdint>

#include <sys/stat.h>

namespace wasession::observe {

/// The last modification; lives as long as `status`.
const timespec& modification_time(const struct stat& status);

/// The last modification in nanoseconds since 1970, held between 1970 and 2255: a file may claim
/// any time at all (tmpfs keeps 64 bits of seconds), and sums with it must not overflow.
std::int64_t modified_ns(const struct stat& status);

}  // namespace wasession::observe

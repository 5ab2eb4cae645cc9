/// The times in a struct stat, whose members are named otherwise on macOS.
#pragma once

#include <sys/stat.h>

namespace wasession::observe {

/// The last modification; lives as long as `status`.
const timespec& modification_time(const struct stat& status);

}  // namespace wasession::observe

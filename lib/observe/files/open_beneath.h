/// The one call that differs between systems: opening a path that may hold no symbolic link.
#pragma once

#include <string>

#include "observe/files/files.h"

namespace wasession::observe {

/// A read-only descriptor that never blocks (O_NONBLOCK), is not inherited and does not become a
/// terminal; -1 with errno otherwise. With Links::show any symbolic link on the way is ELOOP.
int open_for_reading(const std::string& path, Links links);

}  // namespace wasession::observe

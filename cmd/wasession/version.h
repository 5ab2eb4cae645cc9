/// Which wasession this is.
#pragma once

#include <string_view>

namespace wasession::cmd {

/// `0.1.0`
extern const std::string_view kVersionNumber;

/// `wasession 0.1.0 (1a2b3c4d5e6f)`: with the commit it was built from, and `+` behind that when
/// files were changed since. Without a commit when the sources came without their history.
extern const std::string_view kVersion;

}  // namespace wasession::cmd

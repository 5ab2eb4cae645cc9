/// Logs that logrotate compressed.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "observe/logs/log_file.h"

namespace wasession::observe::logs {

/// By its first bytes, whatever its name is.
bool is_compressed(const OpenedLog& log);

/// Calls `each` for what the gzip file says, block by block; several members one after the other
/// (as `cat a.gz b.gz` makes) are one text. Stops at 16 GiB. Returns why it broke off, or nothing.
std::string unpack_blocks(const OpenedLog& log, const std::function<void(std::string_view)>& each);

}  // namespace wasession::observe::logs

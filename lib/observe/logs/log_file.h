/// Opening and reading log files, plain or compressed, that somebody else writes, rotates,
/// truncates or has planted.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "observe/files/descriptor.h"
#include "observe/files/files.h"

namespace wasession::observe::logs {

/// A file that was opened for reading, or `why` it was not.
struct OpenedLog {
  Descriptor file;
  FileFacts facts;
  std::string why;  ///< empty when it is open; else a clause
};

/// named: by the user, links are followed. found: in a directory that others may write to, so no
/// component may be a symbolic link, and only files of this user or of root are taken (root takes
/// anybody's).
enum class Trust { named, found };

/// Only regular files are ever opened.
OpenedLog open_log(const std::string& path, Trust trust);

/// Calls `each` for the bytes from `offset` on, block by block, until the end that the file had
/// when it was opened: a log that grows faster than it is read has an end too. Returns why it broke
/// off, or nothing.
std::string read_blocks(const OpenedLog& log, std::uint64_t offset,
                        const std::function<void(std::string_view)>& each);

}  // namespace wasession::observe::logs

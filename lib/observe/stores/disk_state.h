/// Whether a database changed on disk while it was read without a lock that would forbid it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <sys/stat.h>

#include "model/session.h"
#include "model/time.h"

namespace wasession::observe {

/// One file, as lstat tells.
struct FileState {
  FileIdentity identity;
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;  ///< since 1970

  auto operator<=>(const FileState&) const = default;
};

/// A database and its `-wal` at one moment.
struct DiskState {
  std::optional<FileState> main;
  std::optional<FileState> wal;
  /// SQLite's 32 bytes in front of the frames; its salts change before any frame is overwritten.
  std::array<std::uint8_t, 32> wal_header{};
  std::int64_t taken_at_ns = 0;

  /// The later of the two modification times.
  std::optional<Time> last_change() const;
};

DiskState look_at_database(const std::string& path);

/// True when what was read between the two looks is one state of the database. With a `-wal` in
/// play there is no lock against a checkpoint, so the main file must not have changed at all, must
/// not have been changed so shortly before the first look that the clock of its file system could
/// hide another change, and the frames that were read must still be there.
bool read_one_state(const DiskState& before, const DiskState& after);

}  // namespace wasession::observe

/// An SQLite VFS for looking at somebody else's database: SQLite believes that it may write, and
/// so replays a hot journal or a WAL by itself, but every change stays in memory. Nothing on disk
/// is created, changed or deleted; only the database, its `-wal` and its `-journal` are ever
/// opened.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "observe/stores/disk_state.h"
#include "observe/stores/overlay_contents.h"

namespace wasession::observe {

/// The work is bounded in the thread's own processor time, so that a busy machine does not make a
/// sound database unreadable; the wait, for slow disks, in real time, because a writer waits too.
struct TimeLimits {
  std::chrono::milliseconds work;
  std::chrono::milliseconds wait;
};

/// One for each reading of one database, by one connection, in one thread; many may exist at once.
/// Must outlive the connection.
///
/// Locks: a SHARED lock is a real one, so that in rollback mode no writer commits meanwhile;
/// anything above is pretended. There is no shared memory, so the connection must set
/// `PRAGMA locking_mode=EXCLUSIVE` before its first access (the wal-index is then on the heap), and
/// for a database with a `-wal` the caller checks with `read_one_state` that the answer is whole.
class OverlayVfs {
 public:
  /// `path`: absolute, without symbolic links. `limits` count from the moment that the SHARED lock
  /// is there.
  OverlayVfs(std::string path, TimeLimits limits);
  ~OverlayVfs();
  OverlayVfs(const OverlayVfs&) = delete;
  OverlayVfs& operator=(const OverlayVfs&) = delete;

  /// To be given to sqlite3_open_v2 (with SQLITE_OPEN_READWRITE).
  const char* name() const { return name_.c_str(); }

  bool out_of_time() const;
  /// True when replaying a journal would have taken more memory than is allowed.
  bool out_of_memory() const { return budget_.exceeded; }
  /// Why the database, its `-wal` or its `-journal` could not be opened, a clause that names the
  /// file; empty when all could.
  const std::string& problem() const { return problem_; }
  /// The disk as it was when the SHARED lock had just been taken.
  const std::optional<DiskState>& state_when_locked() const { return state_when_locked_; }

 private:
  struct Entry {
    OverlayContents contents;
    bool exists = true;
  };
  struct Methods;  ///< the C functions that SQLite calls
  friend struct Methods;

  int open(const char* name, sqlite3_file* file, int flags, int* out_flags);
  int remove(const std::string& name);
  int access(const char* name, int flags, int* out);
  int lock(Entry& entry, int level);
  int close(const std::string& name);

  Entry& add_entry(const std::string& name, std::unique_ptr<RealFile> disk);
  int open_from_disk(const char* name, int type);

  std::string path_;
  std::string name_;
  TimeLimits limits_;
  std::chrono::nanoseconds work_at_lock_{};
  std::chrono::steady_clock::time_point locked_at_;
  sqlite3_vfs* real_;
  sqlite3_vfs vfs_{};
  OverlayBudget budget_;
  std::map<std::string, Entry> entries_;
  int temporary_files_ = 0;
  std::string problem_;
  std::optional<DiskState> state_when_locked_;
};

}  // namespace wasession::observe

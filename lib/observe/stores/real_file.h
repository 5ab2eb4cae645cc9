/// A file on disk, opened read-only through SQLite's own VFS. Going through it matters: POSIX drops
/// all locks of a process on a file as soon as the process closes any descriptor of it, and only
/// SQLite's VFS knows which other connections of this process would lose theirs.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <sqlite3.h>

namespace wasession::observe {

/// Refuses symbolic links, FIFOs, sockets and devices, and never blocks in opening one that takes
/// the file's place at the last moment.
class RealFile {
 public:
  /// Opens `name`, the path of a file. `type` is one of SQLITE_OPEN_MAIN_DB, SQLITE_OPEN_WAL and
  /// SQLITE_OPEN_MAIN_JOURNAL.
  RealFile(sqlite3_vfs* vfs, const char* name, int type);
  ~RealFile();
  RealFile(const RealFile&) = delete;
  RealFile& operator=(const RealFile&) = delete;

  bool is_open() const { return result_ == SQLITE_OK; }
  /// Why it is not open, a clause without the file's name.
  const std::string& problem() const { return problem_; }

  int read(void* out, int amount, sqlite3_int64 offset);
  int size(sqlite3_int64* out);
  int lock(int level);
  int unlock(int level);
  int check_reserved_lock(int* out);

 private:
  /// SQLite's VFS keeps a pointer to the name until it has closed the file, which may be after the
  /// connection that the name came from is gone.
  std::string name_;
  std::unique_ptr<std::byte[]> memory_;
  sqlite3_file* file_;
  int result_ = SQLITE_CANTOPEN;
  std::string problem_;
};

}  // namespace wasession::observe

#include "observe/stores/overlay_vfs.h"

#include <array>
#include <cstdint>
#include <ctime>
#include <new>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

namespace wasession::observe {
namespace {

constexpr std::int64_t kLargestOverlay = 64 << 20;

/// The kinds of file that are read from disk; SQLite's other files start empty, in memory.
constexpr int kTypesOnDisk = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;

bool is_on_disk(const char* name) {
  struct stat status {};
  return ::lstat(name, &status) == 0;
}

std::string file_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::chrono::nanoseconds work_of_this_thread() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// SQLite's C code cannot pass an exception on.
template <typename Work>
int without_exceptions(Work work) {
  try {
    return work();
  } catch (...) {
    return SQLITE_NOMEM;
  }
}

}  // namespace

struct OverlayVfs::Methods {
  struct File {
    sqlite3_file base;
    OverlayVfs* vfs;
    const std::string* name;
    Entry* entry;
  };
  static File& as_file(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static OverlayVfs& as_vfs(sqlite3_vfs* vfs) { return *static_cast<OverlayVfs*>(vfs->pAppData); }

  static int close(sqlite3_file* file) { return as_file(file).vfs->close(*as_file(file).name); }
  static int read(sqlite3_file* file, void* out, int amount, sqlite3_int64 offset) {
    if (as_file(file).vfs->out_of_time()) return SQLITE_INTERRUPT;
    return as_file(file).entry->contents.read(
        {static_cast<std::uint8_t*>(out), static_cast<std::size_t>(amount)}, offset);
  }
  static int write(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
    return without_exceptions([&] {
      return as_file(file).entry->contents.write(
          {static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(amount)}, offset);
    });
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    return as_file(file).entry->contents.truncate(size);
  }
  static int sync(sqlite3_file*, int) { return SQLITE_OK; }
  static int size(sqlite3_file* file, sqlite3_int64* out) {
    std::int64_t bytes = 0;
    const int result = as_file(file).entry->contents.size(bytes);
    *out = bytes;
    return result;
  }
  static int lock(sqlite3_file* file, int level) {
    return without_exceptions([&] { return as_file(file).vfs->lock(*as_file(file).entry, level); });
  }
  static int unlock(sqlite3_file* file, int level) {
    RealFile* const disk = as_file(file).entry->contents.disk();
    return disk != nullptr && level == SQLITE_LOCK_NONE ? disk->unlock(level) : SQLITE_OK;
  }
  static int check_reserved_lock(sqlite3_file* file, int* out) {
    *out = 0;
    RealFile* const disk = as_file(file).entry->contents.disk();
    return disk != nullptr ? disk->check_reserved_lock(out) : SQLITE_OK;
  }
  static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int sector_size(sqlite3_file*) { return 0; }
  static int characteristics(sqlite3_file*) { return 0; }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    file->pMethods = nullptr;
    return without_exceptions([&] { return as_vfs(vfs).open(name, file, flags, out); });
  }
  static int remove(sqlite3_vfs* vfs, const char* name, int) {
    return without_exceptions([&] { return as_vfs(vfs).remove(name); });
  }
  static int access(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
    return without_exceptions([&] { return as_vfs(vfs).access(name, flags, out); });
  }
  static int full_path_name(sqlite3_vfs*, const char* name, int capacity, char* out) {
    const std::size_t length = std::string_view(name).copy(out, static_cast<std::size_t>(capacity));
    if (length == static_cast<std::size_t>(capacity)) return SQLITE_CANTOPEN;
    out[length] = '\0';
    return SQLITE_OK;
  }
  static int randomness(sqlite3_vfs* vfs, int amount, char* out) {
    sqlite3_vfs* const real = as_vfs(vfs).real_;
    return real->xRandomness(real, amount, out);
  }
  static int sleep(sqlite3_vfs* vfs, int microseconds) {
    sqlite3_vfs* const real = as_vfs(vfs).real_;
    return real->xSleep(real, microseconds);
  }
  static int current_time(sqlite3_vfs* vfs, double* out) {
    sqlite3_vfs* const real = as_vfs(vfs).real_;
    return real->xCurrentTime(real, out);
  }
  static int last_error(sqlite3_vfs*, int, char*) { return 0; }

  static const sqlite3_io_methods kIo;
};

/// Version 1: without shared memory and without memory mapping.
const sqlite3_io_methods OverlayVfs::Methods::kIo = [] {
  sqlite3_io_methods io{};
  io.iVersion = 1;
  io.xClose = close;
  io.xRead = read;
  io.xWrite = write;
  io.xTruncate = truncate;
  io.xSync = sync;
  io.xFileSize = size;
  io.xLock = lock;
  io.xUnlock = unlock;
  io.xCheckReservedLock = check_reserved_lock;
  io.xFileControl = control;
  io.xSectorSize = sector_size;
  io.xDeviceCharacteristics = characteristics;
  return io;
}();

OverlayVfs::OverlayVfs(std::string path, TimeLimits limits)
    : path_(std::move(path)),
      name_(fmt::format("wasession-overlay-{}", static_cast<const void*>(this))),
      limits_(limits),
      real_(sqlite3_vfs_find(nullptr)),
      budget_{kLargestOverlay} {
  if (real_ == nullptr) throw std::runtime_error("SQLite has no VFS for this system");
  vfs_.iVersion = 1;
  vfs_.szOsFile = sizeof(Methods::File);
  vfs_.mxPathname = real_->mxPathname;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = Methods::open;
  vfs_.xDelete = Methods::remove;
  vfs_.xAccess = Methods::access;
  vfs_.xFullPathname = Methods::full_path_name;
  vfs_.xRandomness = Methods::randomness;
  vfs_.xSleep = Methods::sleep;
  vfs_.xCurrentTime = Methods::current_time;
  vfs_.xGetLastError = Methods::last_error;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::bad_alloc();
}

OverlayVfs::~OverlayVfs() {
  sqlite3_vfs_unregister(&vfs_);
}

bool OverlayVfs::out_of_time() const {
  return state_when_locked_ && (work_of_this_thread() - work_at_lock_ > limits_.work ||
                                std::chrono::steady_clock::now() - locked_at_ > limits_.wait);
}

OverlayVfs::Entry& OverlayVfs::add_entry(const std::string& name, std::unique_ptr<RealFile> disk) {
  return entries_.try_emplace(name, Entry{OverlayContents(std::move(disk), budget_)}).first->second;
}

int OverlayVfs::open_from_disk(const char* name, int type) {
  auto disk = std::make_unique<RealFile>(real_, name, type);
  if (!disk->is_open()) {
    if (problem_.empty()) problem_ = file_name(name) + " " + disk->problem();
    return SQLITE_CANTOPEN;
  }
  add_entry(name, std::move(disk));
  return SQLITE_OK;
}

int OverlayVfs::open(const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const std::string key =
      name != nullptr ? name : fmt::format("temporary file {}", ++temporary_files_);
  const int type = flags & kTypesOnDisk;
  auto found = entries_.find(key);
  if (found == entries_.end() && type != 0 && name != nullptr && is_on_disk(name)) {
    if (const int result = open_from_disk(name, type); result != SQLITE_OK) return result;
    found = entries_.find(key);
  }
  if (found == entries_.end() || !found->second.exists) {
    // A super-journal is taken to be empty, so that SQLite does not follow the names in it.
    if ((flags & (SQLITE_OPEN_CREATE | SQLITE_OPEN_SUPER_JOURNAL)) == 0) return SQLITE_CANTOPEN;
    add_entry(key, nullptr).exists = true;
    found = entries_.find(key);
  }
  Methods::File& opened = Methods::as_file(file);
  opened.vfs = this;
  opened.name = &found->first;
  opened.entry = &found->second;
  opened.base.pMethods = &Methods::kIo;
  if (out_flags != nullptr) *out_flags = flags & ~SQLITE_OPEN_CREATE;
  return SQLITE_OK;
}

int OverlayVfs::close(const std::string& name) {
  const auto found = entries_.find(name);
  // What was not changed is looked up on disk again when it is opened again.
  if (found->second.exists && (!found->second.contents.changed() || name.front() != '/')) {
    entries_.erase(found);
  }
  return SQLITE_OK;
}

int OverlayVfs::remove(const std::string& name) {
  Entry& entry = add_entry(name, nullptr);
  entry.exists = false;
  return entry.contents.truncate(0);
}

int OverlayVfs::access(const char* name, int flags, int* out) {
  if (const auto found = entries_.find(name); found != entries_.end()) {
    *out = found->second.exists ? 1 : 0;
    return SQLITE_OK;
  }
  // Everything may be written here.
  return real_->xAccess(real_, name,
                        flags == SQLITE_ACCESS_READWRITE ? SQLITE_ACCESS_EXISTS : flags, out);
}

int OverlayVfs::lock(Entry& entry, int level) {
  RealFile* const disk = entry.contents.disk();
  if (disk == nullptr || level != SQLITE_LOCK_SHARED) return SQLITE_OK;
  const int result = disk->lock(level);
  if (result == SQLITE_OK && !state_when_locked_) {
    state_when_locked_ = look_at_database(path_);
    work_at_lock_ = work_of_this_thread();
    locked_at_ = std::chrono::steady_clock::now();
  }
  return result;
}

}  // namespace wasession::observe

/// Looking at files that somebody else owns and may be changing: nothing here writes, follows a
/// link it was not asked to follow, blocks on a FIFO, or opens a device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/session.h"
#include "model/time.h"

namespace wasession::observe {

enum class FileKind {
  missing,
  regular,
  directory,
  symbolic_link,
  fifo,
  socket,
  device,
  unreachable
};

/// What the inode says. `error` is an errno when kind is missing or unreachable.
struct FileFacts {
  FileKind kind = FileKind::missing;
  int error = 0;
  std::uint64_t size = 0;
  Time modified;
  FileIdentity identity;
  std::uint64_t links = 0;
  std::uint32_t owner = 0;  ///< uid
  std::uint32_t mode = 0;   ///< permission bits, those for set-id and sticky too
};

enum class Links { follow, show };

FileFacts facts_of(const std::string& path, Links links = Links::show);

/// The same of an open file.
FileFacts facts_of_descriptor(int descriptor);

/// When the file or directory came into being, where the file system keeps that.
std::optional<Time> birth_of(const std::string& path);

/// The same for a path in the file tree whose root is the directory `root`: symbolic links on the
/// way do not lead out of it.
FileFacts facts_below(const std::string& root, const std::string& path);

/// `a FIFO`, `a directory`: for sentences.
std::string_view describe(FileKind kind);

/// A read buffer that is wiped before it is reused or freed, because a file with keys was in it.
class SecretBuffer {
 public:
  SecretBuffer() = default;
  ~SecretBuffer() { wipe(); }
  SecretBuffer(const SecretBuffer&) = delete;
  SecretBuffer& operator=(const SecretBuffer&) = delete;

  void wipe();
  /// Room for `capacity` bytes; the old content is wiped first.
  char* prepare(std::size_t capacity);
  void set_used(std::size_t used) { used_ = used; }

 private:
  std::string storage_;
  std::size_t used_ = 0;
};

/// The outcome of reading a file whole. `error` is an errno; EFBIG when it is larger than the
/// limit, EINVAL when it is not a regular file (`facts.kind` says what it is).
struct FileContent {
  int error = 0;
  FileFacts facts;
  std::string_view bytes;  ///< lives in the buffer
};

/// Reads a regular file of at most `limit` bytes into `buffer`. With Links::show no component of
/// the path may be a symbolic link (ELOOP), so the path must be a resolved one.
FileContent read_file(const std::string& path, std::size_t limit, SecretBuffer& buffer,
                      Links links = Links::show);

/// The same for a file that `facts` showed to be a regular one: it is not looked at again, so a
/// FIFO that took its place meanwhile is opened without blocking and gives nothing.
FileContent read_regular_file(const std::string& path, const FileFacts& facts, std::size_t limit,
                              SecretBuffer& buffer, Links links = Links::show);

/// The first bytes of a regular file, at most `count` of them; empty for anything else. No
/// component of the path may be a symbolic link.
struct FilePrefix {
  int error = 0;  ///< an errno when it could not be opened or read
  std::string bytes;
};
FilePrefix read_prefix(const std::string& path, std::size_t count);

/// One entry of a directory; `kind` from the directory itself where the file system tells
/// (no inode is looked at), else FileKind::missing for "unknown".
struct DirectoryEntry {
  std::string_view name;
  FileKind kind;
};

/// Calls `each` for every entry but `.` and `..` until it returns false. Returns 0 or an errno.
int for_each_entry(const std::string& directory,
                   const std::function<bool(const DirectoryEntry&)>& each);

/// True where a directory has two links more than sub-directories (ext, xfs, f2fs, tmpfs). Others
/// say 1 for all (btrfs, overlayfs), count files too (APFS), or say 2 when they don't know (cifs,
/// FUSE).
bool counts_subdirectories(const std::string& directory);

/// The path without symbolic links, `.` and `..`; empty when something on the way is missing.
std::string resolve(const std::string& path);

/// `path` as one that begins at `base` when it is relative, without `.`, `..` and a slash at its
/// end. Symbolic links are not looked at.
std::string normal_path(std::string_view path, std::string_view base);

/// `directory/name`.
std::string join(std::string_view directory, std::string_view name);
/// The last component of a path: `c` of `/a/b/c`.
std::string_view base_name(std::string_view path);
/// All but the last component: `/a/b` of `/a/b/c`; `/` at the top.
std::string_view parent_path(std::string_view path);

}  // namespace wasession::observe

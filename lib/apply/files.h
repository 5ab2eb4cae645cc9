/// Everything that apply does to files, in calls small enough to be made to fail by a test. A file
/// is named by a directory's descriptor and one name in it, so that nobody can lead a call
/// elsewhere by changing a directory above into a symbolic link.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>

#include "model/session.h"

namespace wasession::apply {

/// Closes itself. Never inherited: all are opened with O_CLOEXEC.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }

 private:
  int number_;
};

/// A file or directory by where it lies.
struct Location {
  Descriptor directory;  ///< absent with `error` when there is no way to it
  std::string name;
  int error = 0;  ///< an errno; ELOOP or ENOTDIR when a symbolic link is on the way
};

/// Walks down an absolute path without following one symbolic link.
Location locate(const std::string& path);

/// The inode of a name in a directory itself, never that behind a symbolic link. 0 or an errno.
int look_at(const Descriptor& directory, const std::string& name, struct stat& status);

/// Opens a regular file or a directory for reading, without blocking; `status` is what was opened.
/// An absent descriptor with errno, ELOOP for a symbolic link.
Descriptor open_at(const Location& location, struct stat& status);
Descriptor open_file(const Descriptor& directory, const std::string& name, struct stat& status);

/// Opens the directory itself for reading; ELOOP or ENOTDIR for anything else.
Descriptor open_directory(const Descriptor& above, const std::string& name);

/// Every name in a directory but `.` and `..`, in the order of their bytes. 0 or an errno.
int list_names(const Descriptor& directory, std::vector<std::string>& names);

/// A name that nobody has, to begin with a dot.
std::string random_name();

FileIdentity identity_of(const struct stat& status);

/// The calls that change something. Each gives 0 or an errno.
class Changes {
 public:
  Changes() = default;
  virtual ~Changes() = default;
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  /// Renames what is at the location to a random name in the same directory.
  virtual int move_aside(const Location& location, const std::string& random);
  /// The way back; EEXIST when something else is at the location by now.
  virtual int move_back(const Location& location, const std::string& random);
  /// Unlinks what was moved aside.
  virtual int remove(const Location& location, const std::string& random);
  virtual int set_mode(const Descriptor& file, mode_t mode);

  /// Renames, also from one directory to another, and never replaces: EEXIST. EXDEV when the other
  /// directory is on another file system.
  virtual int rename(const Descriptor& from_directory, const std::string& from,
                     const Descriptor& to_directory, const std::string& to);
  /// Renames a file over another one.
  virtual int replace(const Descriptor& directory, const std::string& from, const std::string& to);
  virtual int unlink(const Descriptor& directory, const std::string& name);
  virtual int make_directory(const Descriptor& above, const std::string& name, mode_t mode);
  /// ENOTEMPTY or EEXIST while something is in it.
  virtual int remove_directory(const Descriptor& above, const std::string& name);
  /// A new file, open for reading and writing; absent with errno, EEXIST when the name is taken.
  virtual Descriptor create(const Descriptor& directory, const std::string& name, mode_t mode);
  virtual int write(const Descriptor& file, std::string_view bytes);
  /// Returns when the file, or a directory's names, are on the disk.
  virtual int sync(const Descriptor& file);
  virtual int set_owner(const Descriptor& file, uid_t user, gid_t group);
  virtual int set_modified(const Descriptor& file, const timespec& modified);
};

/// Renames without ever replacing what stands at `to`; ENOTSUP where the system or the file system
/// has no such call. One for each system.
int rename_to_free(const Descriptor& from_directory, const std::string& from,
                   const Descriptor& to_directory, const std::string& to);

/// When the content was last written. One for each system: they name the field differently.
timespec modified_time(const struct stat& status);

/// The flags to open a directory only to get further down from it. One for each system.
int passing_flags();

}  // namespace wasession::apply

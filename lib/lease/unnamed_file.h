/// A file that gets its name when it is complete, so that nobody ever reads half of it.
#pragma once

#include <string>

#include <sys/types.h>

#include "observe/files/descriptor.h"

namespace wasession::lease {

class UnnamedFile {
 public:
  /// In `directory`, for reading and writing; absent with errno.
  static UnnamedFile make(const observe::Descriptor& directory, mode_t mode);
  ~UnnamedFile();
  UnnamedFile(UnnamedFile&&) = default;
  UnnamedFile& operator=(UnnamedFile&&) = delete;

  explicit operator bool() const { return static_cast<bool>(file_); }
  const observe::Descriptor& file() const { return file_; }

  /// 0 or an errno: EEXIST when the name is taken.
  int link_as(const observe::Descriptor& directory, const std::string& name) const;

 private:
  UnnamedFile(observe::Descriptor file, std::string passing_name, int directory)
      : file_(std::move(file)), passing_name_(std::move(passing_name)), directory_(directory) {}

  observe::Descriptor file_;
  /// What it is called until then, where a file can't be without a name; else empty.
  std::string passing_name_;
  int directory_;
};

}  // namespace wasession::lease

/// Files that steps are applied to, and calls that go wrong.
#pragma once

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply/steps.h"
#include "support/ended_process.h"
#include "support/temporary_directory.h"

namespace wasession::test {

inline struct stat status_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status;
}

inline FileIdentity identity_at(const std::string& path) {
  return apply::identity_of(status_of(path));
}

inline mode_t mode_of(const std::string& path) {
  return status_of(path).st_mode & 07777;
}

inline std::string content_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The step that removes the lock at `path`, as if it had been judged just now.
inline Step removal(const std::string& path, int pid, std::uint64_t start) {
  Step step;
  step.kind = StepKind::remove_stale_lock;
  step.target = path;
  step.identity = identity_at(path);
  step.owner = {pid, start};
  return step;
}

inline Step restriction(const std::string& path, mode_t wanted) {
  Step step;
  step.kind = StepKind::restrict_permissions;
  step.target = path;
  step.identity = identity_at(path);
  step.mode = wanted;
  return step;
}

inline std::size_t entries_in(const std::string& directory) {
  const std::filesystem::directory_iterator entries(directory);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

/// Does something just before one of the calls, which may then fail.
class Interfering : public apply::Changes {
 public:
  std::function<int()> before_move_aside, before_move_back, before_remove, before_set_mode;

  int move_aside(const apply::Location& location, const std::string& random) override {
    const int error = meet(before_move_aside);
    return error != 0 ? error : Changes::move_aside(location, random);
  }
  int move_back(const apply::Location& location, const std::string& random) override {
    const int error = meet(before_move_back);
    return error != 0 ? error : Changes::move_back(location, random);
  }
  int remove(const apply::Location& location, const std::string& random) override {
    const int error = meet(before_remove);
    return error != 0 ? error : Changes::remove(location, random);
  }
  int set_mode(const apply::Descriptor& file, mode_t mode) override {
    const int error = meet(before_set_mode);
    return error != 0 ? error : Changes::set_mode(file, mode);
  }

 private:
  static int meet(const std::function<int()>& event) { return event ? event() : 0; }
};

inline int breaks() {
  return EIO;
}

}  // namespace wasession::test

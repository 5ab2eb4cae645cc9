/// What the registry's tests share: a directory that vanishes, a look at all its bytes, and child
/// processes whose findings come back as text.
#pragma once

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "registry/registry.h"

namespace registry_test {

using namespace wasession;
using namespace wasession::registry;

class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "wasession-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed: " + name);
    path_ = std::filesystem::canonical(name);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path(const std::string& name = "") const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

inline void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Every name in a directory with its mode and bytes: equal looks mean that nothing was changed.
inline std::map<std::string, std::string> look(const std::string& directory) {
  std::map<std::string, std::string> found;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(directory, missing)) {
    struct stat status {};
    ::lstat(entry.path().c_str(), &status);
    found[entry.path().filename()] =
        std::to_string(status.st_mode) + ":" +
        (S_ISREG(status.st_mode) ? read_file(entry.path()) : std::string());
  }
  return found;
}

inline mode_t mode_of(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

inline Time at(std::int64_t milliseconds) {
  return Time(std::chrono::milliseconds(milliseconds));
}

inline RememberedStore store(const std::string& path, Time seen = at(1795361288000)) {
  return {path, Tool::wacli, StoreKind::whatsmeow_database, "default", seen, seen};
}

inline std::vector<RememberedStore> many_stores(int count, const std::string& prefix = "/home/x/") {
  std::vector<RememberedStore> stores;
  for (int i = 0; i < count; ++i) stores.push_back(store(prefix + std::to_string(i)));
  return stores;
}

/// A registry with `count` stores, closed again.
inline void fill(const std::string& path, int count) {
  const Opening opening = open_registry(path, Access::read_write);
  if (!opening.registry) throw std::runtime_error(opening.warning ? opening.warning->what : "none");
  opening.registry->remember_stores(many_stores(count));
}

inline std::string warning_of(const Opening& opening) {
  return opening.warning ? opening.warning->what : "";
}

/// A child that runs `work` until it returns or is killed. What `work` returns says what went
/// wrong.
class Child {
 public:
  explicit Child(const std::function<std::string(int progress)>& work) {
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(pipe[0]);
      std::string complaint;
      try {
        complaint = work(pipe[1]);
      } catch (const std::exception& failure) {
        complaint = failure.what();
      }
      [[maybe_unused]] const auto written = ::write(pipe[1], complaint.data(), complaint.size());
      ::_exit(0);
    }
    ::close(pipe[1]);
    from_child_ = pipe[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    kill();
    ::close(from_child_);
  }

  /// Waits until the child has written `count` bytes of progress.
  void wait_for_progress(int count) const {
    char byte;
    for (int i = 0; i < count; ++i) {
      if (::read(from_child_, &byte, 1) != 1) throw std::runtime_error("the child ended early");
    }
  }

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

  /// What `work` returned; a child that died says so.
  std::string complaint() {
    std::string text;
    char buffer[4096];
    for (ssize_t n; (n = ::read(from_child_, buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(n));
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    if (!WIFEXITED(status)) text += "the child died of a signal";
    return text;
  }

 private:
  pid_t pid_ = 0;
  int from_child_ = -1;
};

/// Runs `work` in a child, which may change its umask or user, and returns its complaint.
inline std::string in_child(const std::function<std::string()>& work) {
  return Child([&](int) { return work(); }).complaint();
}

/// As a user whom permissions bind: root gives the directory to `nobody` and becomes it.
inline std::string without_privileges(const std::string& directory,
                                      const std::function<std::string()>& work) {
  constexpr uid_t kNobody = 65534;
  const bool root = ::geteuid() == 0;
  if (root) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
      if (::lchown(entry.path().c_str(), kNobody, kNobody) != 0) return "lchown failed";
    }
    if (::lchown(directory.c_str(), kNobody, kNobody) != 0) return "lchown failed";
  }
  return in_child([&]() -> std::string {
    if (root && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) return "setuid failed";
    return work();
  });
}

}  // namespace registry_test

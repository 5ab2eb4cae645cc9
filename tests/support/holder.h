/// A process that certainly holds a session.
#pragma once

#include <csignal>
#include <string>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/run.h"

namespace wasession::test {

/// A process of the same user as the wasession under test, which does nothing in `directory` but
/// keep a key file open for writing.
class Holder {
 public:
  explicit Holder(const std::string& directory) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    pid_ = ::fork();
    if (pid_ == 0) hold(directory, ready[1]);
    ::close(ready[1]);
    char byte = 0;
    REQUIRE_MESSAGE(::read(ready[0], &byte, 1) == 1, "the holder did not start");
    ::close(ready[0]);
  }
  ~Holder() {
    if (!lives()) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  int pid() const { return pid_; }

  /// False from the first time on that it was seen to have ended.
  bool lives() const {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) ended_ = true;
    return !ended_;
  }

 private:
  [[noreturn]] static void hold(const std::string& directory, int ready) {
    const std::string script = "exec 9>>'" + directory + "/pre-key-1.json'; echo; exec sleep 1000";
    ::dup2(ready, STDOUT_FILENO);
    if (::geteuid() == 0 && (::setgid(kPersonId) != 0 || ::setuid(kPersonId) != 0)) ::_exit(1);
    ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
    ::_exit(1);
  }

  pid_t pid_ = -1;
  mutable bool ended_ = false;
};

}  // namespace wasession::test

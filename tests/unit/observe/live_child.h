/// A child process that is looked at from outside while it waits to be killed.
#pragma once

#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "observe/files/descriptor.h"

namespace wasession::test {

class LiveChild {
 public:
  /// Runs `prepare` in a child, which then waits. What it returns is said(); the test goes on when
  /// the child has got there.
  explicit LiveChild(const std::function<std::string()>& prepare) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
    observe::Descriptor reading(ends[0]);
    {
      const observe::Descriptor writing(ends[1]);
      pid_ = ::fork();
      if (pid_ < 0) throw std::runtime_error("fork failed");
      if (pid_ == 0) {
        // The newline is the end of the answer: the pipe stays open as long as the child lives.
        const std::string message = prepare() + '\n';
        if (::write(writing.get(), message.data(), message.size()) < 0) ::_exit(1);
        while (true) ::pause();
      }
    }
    char byte = 0;
    while (::read(reading.get(), &byte, 1) == 1 && byte != '\n') said_ += byte;
  }
  ~LiveChild() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  LiveChild(const LiveChild&) = delete;
  LiveChild& operator=(const LiveChild&) = delete;

  int pid() const { return pid_; }
  const std::string& said() const { return said_; }

 private:
  int pid_ = -1;
  std::string said_;
};

}  // namespace wasession::test

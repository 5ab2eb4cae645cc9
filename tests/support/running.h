/// wasession as a process beside the test.
#pragma once

#include <csignal>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/machine.h"
#include "support/run.h"

namespace wasession::test {

/// `wasession ARGS…` in a machine, until it ends or this goes. Its output and errors come together.
class Running {
 public:
  Running(const Machine& machine, const Machine::Arguments& arguments) {
    machine.hand_over();
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      exec_wasession(arguments, machine.environment, {});
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  ~Running() {
    if (pid_ > 0) stop(SIGKILL);
    ::close(output_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  int pid() const { return pid_; }

  /// Waits until this text has been printed, and fails the test when the output ends before.
  void wait_for(const std::string& text) {
    while (printed_.find(text) == std::string::npos) {
      pollfd ready{output_, POLLIN, 0};
      REQUIRE_MESSAGE(::poll(&ready, 1, 60'000) == 1, "nothing more came after: ", printed_);
      char bytes[4096];
      const ssize_t length = ::read(output_, bytes, sizeof bytes);
      REQUIRE_MESSAGE(length > 0, "it ended without printing ", text, ": ", printed_);
      printed_.append(bytes, static_cast<std::size_t>(length));
    }
  }

  /// The exit status, as in Run::exit_status.
  int stop(int signal) {
    ::kill(pid_, signal);
    return wait();
  }
  int wait() {
    const int status = test::wait_for(pid_);
    pid_ = -1;
    return status;
  }
  const std::string& printed() const { return printed_; }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string printed_;
};

}  // namespace wasession::test

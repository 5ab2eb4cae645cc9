/// Processes that have ended, and the locks that name them.
#pragma once

#include <csignal>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace wasession::test {

/// A child that has ended and that nobody waited for, until this goes.
class Zombie {
 public:
  Zombie() : pid_(::fork()) {
    if (pid_ < 0) throw std::runtime_error("fork failed");
    if (pid_ == 0) ::_exit(0);
    siginfo_t information{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &information, WEXITED | WNOWAIT);
  }
  ~Zombie() { ::waitpid(pid_, nullptr, 0); }
  Zombie(const Zombie&) = delete;
  Zombie& operator=(const Zombie&) = delete;

  int pid() const { return pid_; }

 private:
  int pid_;
};

/// A pid that nobody has any more.
inline int ended_pid() {
  return Zombie().pid();
}

/// What OpenClaw 2026.9 writes into `<authDir>.lock`; without `starttime` when start is 0.
inline std::string connection_lock(int pid, unsigned long long start) {
  std::string text =
      "{\n  \"pid\": " + std::to_string(pid) + ",\n  \"createdAt\": \"2026-11-22T15:30:32.946Z\"";
  if (start != 0) text += ",\n  \"starttime\": " + std::to_string(start);
  return text + "\n}\n\t\t\t\t\t\t\t\t \t \t\n";
}

/// What OpenClaw 2026.2 writes into `gateway.<hash>.lock`.
inline std::string gateway_lock(int pid, unsigned long long start) {
  std::string text = "{\"pid\":" + std::to_string(pid) +
                     ",\"createdAt\":\"2026-11-22T15:34:31.089Z\",\"configPath\":\"/h/openclaw."
                     "json\"";
  if (start != 0) text += ",\"startTime\":" + std::to_string(start);
  return text + "}";
}

}  // namespace wasession::test

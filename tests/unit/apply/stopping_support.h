/// Children that are stopped, commands that are recorded, and stand-ins for real ones.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/wait.h>

#include "apply/commands.h"
#include "apply/processes.h"
#include "observe/processes/processes.h"
#include "unit/apply/support.h"
#include "unit/observe/live_child.h"

namespace wasession::test {

/// doctest's own handlers are inherited by a child: it is to end as any other program.
inline std::string ends_on_sigterm() {
  std::signal(SIGTERM, SIG_DFL);
  return "";
}

inline std::string ignores_sigterm() {
  std::signal(SIGTERM, SIG_IGN);
  return "";
}

inline ProcessIdentity identity_of_live(int pid) {
  const auto process = observe::process_with(pid);
  REQUIRE_MESSAGE(process, "a live process can't be seen");
  return process->identity;
}

/// 0 while it lives; else the signal that ended it. It is not waited for: its pid stays taken.
inline int ended_by(int pid) {
  siginfo_t information{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0);
  return information.si_pid == pid ? information.si_status : 0;
}

inline void kill_and_leave(int pid) {
  ::kill(pid, SIGKILL);
  siginfo_t information{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(pid), &information, WEXITED | WNOWAIT) == 0);
}

inline Step stopping_step(StepKind kind, const ProcessIdentity& process, bool kill = false) {
  Step step;
  step.kind = kind;
  step.target = "pid:" + std::to_string(process.pid);
  step.stopping = Stopping{process, ::geteuid(), "", {}, kill};
  return step;
}

inline apply::Means within(std::chrono::milliseconds timeout) {
  apply::Means means;
  means.timeout = timeout;
  return means;
}

inline bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Records what it is to run, and answers what it was told.
class Recorded : public apply::Commands {
 public:
  std::vector<apply::Command> commands;
  apply::Answer answer;
  std::function<void()> meanwhile;

  apply::Answer run(const apply::Command& command, std::chrono::milliseconds,
                    const apply::Means&) override {
    commands.push_back(command);
    if (meanwhile) meanwhile();
    return answer;
  }
};

/// A variable of the environment, set or unset as long as this lives.
class Variable {
 public:
  Variable(std::string name, const char* value) : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    value != nullptr ? ::setenv(name_.c_str(), value, 1) : ::unsetenv(name_.c_str());
  }
  ~Variable() {
    before_ ? ::setenv(name_.c_str(), before_->c_str(), 1) : ::unsetenv(name_.c_str());
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
  std::optional<std::string> before_;
};

/// Shell scripts that are found before the programs they stand for.
class StandIns {
 public:
  StandIns() : path_("PATH", (files_.path() + ":" + std::getenv("PATH")).c_str()) {}

  /// In the script `$here` is the directory of all stand-ins.
  void add(const std::string& name, const std::string& script) const {
    const std::string text = "#!/bin/sh\nhere='" + files_.path() + "'\n" + script + "\n";
    REQUIRE(::chmod(files_.write_file(name, text).c_str(), 0755) == 0);
  }

  std::string path(const std::string& name) const { return files_.path(name); }
  std::string content(const std::string& name) const { return content_of(files_.path(name)); }

 private:
  TemporaryDirectory files_;
  Variable path_;
};

/// Waits until it has ended, however long that takes to be seen.
inline bool ends(int pid) {
  const std::chrono::seconds kLong{20};
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < kLong) {
    if (apply::has_ended({pid, 0})) return true;
    ::usleep(1000);
  }
  return false;
}

}  // namespace wasession::test

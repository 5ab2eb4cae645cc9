/// A line on the terminal while a search takes long.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "observe/progress.h"

namespace wasession::cmd {

/// Shows how far the observation has come, on stderr, from half a second on; removes the line at
/// the end. Does nothing when stderr is not a terminal.
class ProgressLine {
 public:
  ProgressLine(const observe::Progress& progress, bool wanted);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void run();

  const observe::Progress& progress_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::thread thread_;
};

/// A line on the terminal while a step waits.
class WaitLine {
 public:
  explicit WaitLine(bool wanted);
  ~WaitLine();
  WaitLine(const WaitLine&) = delete;
  WaitLine& operator=(const WaitLine&) = delete;

  /// `what` is a clause: "waiting for pid 42 to end".
  void show(const std::string& what, std::chrono::milliseconds waited,
            std::chrono::milliseconds limit);

 private:
  bool wanted_;
  bool shown_ = false;
};

}  // namespace wasession::cmd

/// A line on the terminal while a search takes long.
#pragma once

#include <condition_variable>
#include <mutex>
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

}  // namespace wasession::cmd

/// Other programs' commands: those of supervisors, and OpenClaw's. Never through a shell.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "apply/apply.h"

namespace wasession::apply {

struct Command {
  std::vector<std::string> words;  ///< the program, looked up on PATH, and its arguments
  std::vector<std::pair<std::string, std::string>> environment;  ///< set besides what is set
};

/// What came of a command.
struct Answer {
  int error = 0;           ///< an errno when it could not be started: ENOENT
  bool timed_out = false;  ///< it was ended because its time was over, or we were interrupted
  int status = 0;          ///< what it exited with; 128 and the number when a signal ended it
  std::string text;        ///< what it wrote to both its streams, the first 64 KiB
};

/// Runs commands. A test puts another one in its place.
class Commands {
 public:
  Commands() = default;
  virtual ~Commands() = default;
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;

  /// Runs it in a process group of its own, which is killed when `limit` is over. Its input is
  /// empty.
  virtual Answer run(const Command& command, std::chrono::milliseconds limit, const Means& means);
};

/// `pm2 stop 3`: for sentences.
std::string to_string(const Command& command);

/// Why it failed, as a clause: "pm2 is not installed", "it exited with 4: Unit x not loaded."
std::string describe_failure(const Command& command, const Answer& answer);

}  // namespace wasession::apply

/// Reads one log from where an earlier run left off.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/incident.h"
#include "observe/logs/log_file.h"

namespace wasession::observe::logs {

/// What an earlier run must be told of: where the next one begins, and what it must know there.
struct LogPosition {
  std::uint64_t offset = 0;  ///< of a line's first byte
  std::string state;         ///< Gatherer::saved()
};

struct LogReading {
  std::vector<Incident> settled;    ///< no later line changes them
  std::vector<Incident> unsettled;  ///< of the last 2 s of the log: the next reading has them again
  LogPosition next;
  std::uint64_t bytes_read = 0;
  bool too_many = false;  ///< the oldest incidents of this reading were left out
  int error = 0;          ///< an errno when it broke off; what was read until then counts
};

/// yes: the last line may be half written, and is left to a later run when it has no newline.
enum class StillWritten { yes, no };

LogReading read_log(const OpenedLog& log, const std::string& source, const LogPosition& from,
                    StillWritten still_written);

}  // namespace wasession::observe::logs

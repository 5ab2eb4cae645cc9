/// Reads one log from where an earlier run left off.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/incident.h"
#include "observe/logs/log_file.h"

namespace wasession::observe::logs {

/// What an earlier run must be told of: where the next one begins, and what it must know there.
struct LogPosition {
  /// Of a line's first byte; of a compressed log all or none of its compressed bytes.
  std::uint64_t offset = 0;
  std::string state;  ///< Gatherer::saved()
};

struct LogReading {
  std::vector<Incident> settled;    ///< no later line changes them
  std::vector<Incident> unsettled;  ///< of the last 2 s of the log: the next reading has them again
  LogPosition next;
  std::uint64_t bytes_read = 0;  ///< of what the log says, unpacked
  bool too_many = false;         ///< the oldest incidents of this reading were left out
  std::string fault;             ///< why it broke off; what was read until then counts
};

struct ReadingRules {
  /// A last line without a newline may be half written: it is left to a later run.
  bool wait_for_newline = false;
  /// Nobody has written to it for a while: its last disconnects can be told.
  bool at_rest = false;
};

LogReading read_log(const OpenedLog& log, const std::string& source, const LogPosition& from,
                    const ReadingRules& rules);

/// The same of text that is no file, whole: `produce` calls what it is given for each block and
/// returns why it broke off, or nothing.
using Blocks = std::function<void(std::string_view)>;
LogReading read_text(const std::string& source, Time newest,
                     const std::function<std::string(const Blocks&)>& produce);

}  // namespace wasession::observe::logs

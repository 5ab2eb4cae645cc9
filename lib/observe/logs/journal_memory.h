/// What a journal said when it was last read: for a process that looks every few seconds, and must
/// not run journalctl over a day of text each time.
#pragma once

#include <chrono>
#include <map>

#include "observe/logs/journal.h"

namespace wasession::observe {

class JournalMemory {
 public:
  /// journalctl is run at most this often for a unit.
  static constexpr std::chrono::minutes kAgain{1};
  /// So much of what was read is read again: an event's records lie within it, and so does what
  /// came late into the journal.
  static constexpr std::chrono::minutes kOverlap{2};

  /// As read_journal(), up to kAgain old. Only what was printed since the last reading, and
  /// kOverlap before, is read. A unit that is not asked for any more is forgotten after an hour.
  logs::LogReading read(const logs::JournalUnit& unit, Time since, Time now);

 private:
  struct Remembered {
    Time at;      ///< of the last reading
    Time before;  ///< nothing before it is missing: `at`, unless that reading broke off
    logs::LogReading reading;
  };
  std::map<logs::JournalUnit, Remembered> units_;
};

}  // namespace wasession::observe

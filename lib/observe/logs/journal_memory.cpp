#include "observe/logs/journal_memory.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace wasession::observe {
namespace {

constexpr std::chrono::hours kForgotten{1};

/// The incidents of `known` before `newer` begins, and all of `newer`.
logs::LogReading joined(const logs::LogReading& known, logs::LogReading newer, Time since,
                        Time begin) {
  std::vector<Incident> settled;
  for (const Incident& incident : known.settled) {
    if (incident.at >= since && incident.at < begin) settled.push_back(incident);
  }
  for (Incident& incident : newer.settled) {
    if (incident.at >= begin) settled.push_back(std::move(incident));
  }
  newer.settled = std::move(settled);
  newer.bytes_read += known.bytes_read;
  return newer;
}

}  // namespace

logs::LogReading JournalMemory::read(const logs::JournalUnit& unit, Time since, Time now) {
  std::erase_if(units_, [&](const auto& entry) { return now - entry.second.at > kForgotten; });
  const auto known = units_.find(unit);
  if (known == units_.end()) {
    // What broke off here would do so each minute anew: its fault is told once, and left at that.
    Remembered remembered{now, now, logs::read_journal(unit, since, now)};
    return units_.emplace(unit, std::move(remembered)).first->second.reading;
  }
  Remembered& remembered = known->second;
  // A clock that was set back must not stop the reading.
  if (now >= remembered.at && now - remembered.at < kAgain) return remembered.reading;
  const Time begin =
      std::chrono::floor<std::chrono::seconds>(std::min(now, remembered.before) - kOverlap);
  logs::LogReading newer = logs::read_journal(unit, std::max(begin, since), now);
  const Time before = newer.fault.empty() ? now : remembered.before;
  remembered = {now, before, joined(remembered.reading, std::move(newer), since, begin)};
  return remembered.reading;
}

}  // namespace wasession::observe

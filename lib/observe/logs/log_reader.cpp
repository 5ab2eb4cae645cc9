#include "observe/logs/log_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "observe/logs/gatherer.h"
#include "observe/logs/gzip.h"
#include "observe/logs/line_finder.h"
#include "observe/logs/parsers.h"

namespace wasession::observe::logs {
namespace {

/// No log of a day has so many; a log of nothing else must not fill the memory.
constexpr std::size_t kMostIncidents = 100'000;

void append(std::vector<Incident>& incidents, std::vector<Incident> more, bool& too_many) {
  incidents.insert(incidents.end(), std::make_move_iterator(more.begin()),
                   std::make_move_iterator(more.end()));
  if (incidents.size() < 2 * kMostIncidents) return;
  incidents.erase(incidents.begin(), incidents.end() - kMostIncidents);
  too_many = true;
}

/// Feeds the lines of one log to a Gatherer.
class Reading {
 public:
  Reading(std::string source, const LogPosition& from, Time newest)
      : gatherer_(std::move(source), from.state),
        context_{newest},
        finder_(from.offset, [this](const LogLine& line) { look_at(line); }) {}

  void add(std::string_view block) {
    finder_.add(block);
    result_.bytes_read += block.size();
  }

  LogReading end(const ReadingRules& rules) {
    if (rules.at_rest) settle_all();
    result_.next = {finder_.unfinished_at(), gatherer_.saved()};
    if (!rules.wait_for_newline) {
      // It counts now, and again in a later run, which may see the line go on.
      std::vector<Incident> settled = std::exchange(result_.settled, {});
      finder_.finish();
      result_.unsettled = std::exchange(result_.settled, std::move(settled));
    }
    append(result_.unsettled, gatherer_.unsettled(), result_.too_many);
    return std::move(result_);
  }

 private:
  void look_at(const LogLine& line) {
    const auto sighting = parse_line(line.text, context_);
    if (!sighting) return;
    gatherer_.add(*sighting, line.offset, context_.newest);
    append(result_.settled, gatherer_.take_settled(), result_.too_many);
  }

  void settle_all() {
    gatherer_.settle_all();
    append(result_.settled, gatherer_.take_settled(), result_.too_many);
  }

  LogReading result_;
  Gatherer gatherer_;
  LineContext context_;
  LineFinder finder_;
};

LogReading read_whole(const std::string& source, Time newest,
                      const std::function<std::string(const Blocks&)>& produce) {
  Reading reading(source, {}, newest);
  std::string fault = produce([&](std::string_view block) { reading.add(block); });
  LogReading result = reading.end({false, true});
  std::move(result.unsettled.begin(), result.unsettled.end(), std::back_inserter(result.settled));
  result.unsettled.clear();
  result.fault = std::move(fault);
  return result;
}

/// A compressed log is a finished one: it is read whole or, if it was, not at all.
LogReading read_compressed(const OpenedLog& log, const std::string& source,
                           const LogPosition& from) {
  LogReading result;
  if (from.offset != log.facts.size) {
    result = read_whole(source, log.facts.modified,
                        [&](const Blocks& each) { return unpack_blocks(log, each); });
  }
  result.next = {log.facts.size, ""};
  return result;
}

}  // namespace

LogReading read_log(const OpenedLog& log, const std::string& source, const LogPosition& from,
                    const ReadingRules& rules) {
  if (is_compressed(log)) return read_compressed(log, source, from);
  Reading reading(source, from, log.facts.modified);
  std::string fault =
      read_blocks(log, from.offset, [&](std::string_view block) { reading.add(block); });
  LogReading result = reading.end(rules);
  result.fault = std::move(fault);
  return result;
}

LogReading read_text(const std::string& source, Time newest,
                     const std::function<std::string(const Blocks&)>& produce) {
  return read_whole(source, newest, produce);
}

}  // namespace wasession::observe::logs

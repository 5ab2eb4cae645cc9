#include "observe/logs/log_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "observe/logs/gatherer.h"
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

}  // namespace

LogReading read_log(const OpenedLog& log, const std::string& source, const LogPosition& from,
                    StillWritten still_written) {
  LogReading reading;
  Gatherer gatherer(source, from.state);
  const LineContext context{log.facts.modified};
  Gatherer* target = &gatherer;
  LineFinder finder(from.offset, [&](const LogLine& line) {
    const auto sighting = parse_line(line.text, context);
    if (!sighting) return;
    target->add(*sighting, line.offset);
    append(reading.settled, target->take_settled(), reading.too_many);
  });
  reading.error = read_blocks(log, from.offset, [&](std::string_view block) {
    finder.add(block);
    reading.bytes_read += block.size();
  });
  reading.next = {finder.unfinished_at(), gatherer.saved()};
  if (still_written == StillWritten::yes) {
    reading.unsettled = gatherer.unsettled();
    return reading;
  }
  // The last line counts now, and again in a later run should it have gone on.
  Gatherer end = gatherer;
  target = &end;
  std::vector<Incident> settled = std::exchange(reading.settled, {});
  finder.finish();
  reading.unsettled = std::exchange(reading.settled, std::move(settled));
  std::vector<Incident> open = end.unsettled();
  std::move(open.begin(), open.end(), std::back_inserter(reading.unsettled));
  return reading;
}

}  // namespace wasession::observe::logs

/// A log of any bytes: it never crashes, where its blocks end changes nothing, an incident carries
/// no more than a short word, and what is kept for the next run goes on where this one stopped.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "observe/logs/gatherer.h"
#include "observe/logs/line_finder.h"
#include "observe/logs/parsers.h"

namespace {

using namespace wasession;
using namespace wasession::observe::logs;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr LineContext kContext{Time(std::chrono::milliseconds(1'795'362'644'048))};

/// All incidents of the text, read in blocks of this size; `handed_on`: through the text that is
/// kept between two runs, after every line.
std::vector<Incident> incidents_of(std::string_view text, std::size_t block, bool handed_on) {
  std::vector<Incident> incidents;
  Gatherer gatherer("log");
  LineFinder finder(0, [&](const LogLine& line) {
    const auto sighting = parse_line(line.text, kContext);
    if (!sighting) return;
    gatherer.add(*sighting, line.offset, kContext.newest);
    for (Incident& incident : gatherer.take_settled()) incidents.push_back(std::move(incident));
    if (handed_on) gatherer = Gatherer("log", gatherer.saved());
  });
  for (std::size_t from = 0; from < text.size(); from += block) {
    finder.add(text.substr(from, block));
  }
  finder.finish();
  for (Incident& incident : gatherer.unsettled()) incidents.push_back(std::move(incident));
  return incidents;
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > 127) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<Incident> whole = incidents_of(text, 1 << 20, false);
  require(incidents_of(text, 13, false) == whole);
  for (const Incident& incident : whole) {
    require(incident.status >= 0 && incident.status < 1000 && incident.account.size() <= 64 &&
            incident.phone.size() <= 20 && incident.reason.size() <= 32 && incident.offset < size);
  }
  // Names that are no UTF-8 are kept with U+FFFD.
  if (is_ascii(text)) require(incidents_of(text, 1 << 20, true) == whole);
  return 0;
}

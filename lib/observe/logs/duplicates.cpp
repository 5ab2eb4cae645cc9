#include "observe/logs/duplicates.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "observe/logs/places.h"

namespace wasession::observe::logs {
namespace {

/// OpenClaw writes a message to both within milliseconds.
constexpr std::chrono::seconds kSameEvent{2};

bool agree(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() || a == b;
}

/// Of one source every incident counts, so that the n-th of several equal ones is only the n-th
/// elsewhere.
std::vector<Incident> without_copies(std::vector<Incident> incidents) {
  using Event = std::tuple<IncidentKind, Time, int, std::string, std::string, int>;
  struct Seen {
    std::map<std::string, std::size_t> by_source;
    std::size_t kept = 0;
  };
  std::map<Event, Seen> seen;
  std::erase_if(incidents, [&](const Incident& i) {
    Seen& event = seen[{i.kind, i.at, i.status, i.account, i.phone, i.pid}];
    if (++event.by_source[i.source] <= event.kept) return true;
    ++event.kept;
    return false;
  });
  return incidents;
}

}  // namespace

std::vector<Incident> without_duplicates(std::vector<Incident> all) {
  std::vector<Incident> incidents = without_copies(std::move(all));
  std::multimap<Time, const Incident*> recorded;
  for (const Incident& incident : incidents) {
    if (is_openclaw_file_log(incident.source)) recorded.emplace(incident.at, &incident);
  }
  std::vector<Incident> kept;
  for (const Incident& incident : incidents) {
    if (is_openclaw_console(incident.source)) {
      auto twin = recorded.lower_bound(incident.at - kSameEvent);
      const auto end = recorded.upper_bound(incident.at + kSameEvent);
      twin = std::find_if(twin, end, [&](const auto& entry) {
        const Incident& other = *entry.second;
        return other.kind == incident.kind && other.status == incident.status &&
               agree(other.account, incident.account);
      });
      if (twin != end) {
        recorded.erase(twin);
        continue;
      }
    }
    kept.push_back(incident);
  }
  return kept;
}

}  // namespace wasession::observe::logs

#include "observe/logs/logs.h"

#include <algorithm>
#include <set>
#include <utility>

#include "observe/files/files.h"
#include "observe/logs/duplicates.h"
#include "observe/logs/journal.h"
#include "observe/logs/log_memory.h"
#include "observe/logs/log_reader.h"
#include "observe/logs/places.h"

namespace wasession::observe {
namespace {

using namespace logs;

/// Longer than any program takes between the records of one event.
constexpr std::chrono::minutes kAtRest{1};

class Reader {
 public:
  Reader(Snapshot& snapshot, const LogScope& scope, registry::Registry* registry)
      : snapshot_(snapshot), scope_(scope), memory_(registry, snapshot) {}

  void read_file(const std::string& path, Trust trust) {
    const OpenedLog log = open_log(path, trust);
    if (!log.why.empty()) return warn(path, "the log " + log.why);
    if (!read_.insert(log.facts.identity).second) return;
    const bool usual = trust == Trust::found;
    const LogMemory::Recalled known = memory_.recall(log, scope_.since);
    const ReadingRules rules{usual, snapshot_.taken_at - log.facts.modified > kAtRest};
    const LogReading reading = read_log(log, path, known.from, rules);
    if (!reading.fault.empty()) {
      warn(path, "the log could not be read to its end: " + reading.fault);
    }
    if (reading.too_many) warn(path, "the log holds more incidents than are counted");
    memory_.note(log, path, usual, known, reading);
    const std::size_t count =
        take(known.incidents) + take(reading.settled) + take(reading.unsettled);
    snapshot_.logs.push_back({path, reading.bytes_read, count});
  }

  void read_unit(const JournalUnit& unit) {
    const LogReading reading = scope_.journals != nullptr
                                   ? scope_.journals->read(unit, scope_.since, snapshot_.taken_at)
                                   : read_journal(unit, scope_.since, snapshot_.taken_at);
    const std::string source = source_of(unit);
    if (!reading.fault.empty()) warn(source, "it could not be read to its end: " + reading.fault);
    if (reading.bytes_read == 0) return;
    const std::size_t count = take(reading.settled);
    snapshot_.logs.push_back({source, reading.bytes_read, count});
  }

  /// What is known of logs that have been deleted since, and the end of it.
  void finish() {
    memory_.save();
    if (scope_.usual_places) {
      const std::vector<FileIdentity> present(read_.begin(), read_.end());
      take(memory_.of_gone_logs(present, scope_.since));
    }
    std::vector<Incident> incidents = without_duplicates(std::move(found_));
    snapshot_.incidents.insert(snapshot_.incidents.end(), incidents.begin(), incidents.end());
    std::stable_sort(snapshot_.incidents.begin(), snapshot_.incidents.end(),
                     [](const Incident& a, const Incident& b) { return a.at < b.at; });
  }

 private:
  std::size_t take(const std::vector<Incident>& incidents) {
    std::size_t count = 0;
    for (const Incident& incident : incidents) {
      if (incident.at < scope_.since) continue;
      found_.push_back(incident);
      ++count;
    }
    return count;
  }

  void warn(const std::string& path, std::string what) {
    snapshot_.warnings.push_back({path, std::move(what)});
  }

  Snapshot& snapshot_;
  const LogScope& scope_;
  LogMemory memory_;
  std::set<FileIdentity> read_;
  std::vector<Incident> found_;
};

}  // namespace

void read_logs(Snapshot& snapshot, const LogScope& scope, const Environment& environment,
               registry::Registry* registry, Progress& progress) {
  (void)progress;
  Reader reader(snapshot, scope, registry);
  for (const std::string& path : scope.files) {
    reader.read_file(normal_path(path, environment.working_directory), Trust::named);
  }
  if (scope.usual_places) {
    for (const std::string& path : usual_log_files(snapshot, environment)) {
      reader.read_file(path, Trust::found);
    }
    for (const JournalUnit& unit : journal_units(snapshot, environment)) reader.read_unit(unit);
  }
  reader.finish();
}

}  // namespace wasession::observe

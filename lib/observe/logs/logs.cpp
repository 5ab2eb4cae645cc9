#include "observe/logs/logs.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "observe/files/files.h"
#include "observe/logs/log_reader.h"
#include "observe/logs/places.h"

namespace wasession::observe {
namespace {

using namespace logs;

class Reader {
 public:
  Reader(Snapshot& snapshot, const LogScope& scope) : snapshot_(snapshot), scope_(scope) {}

  void read_file(const std::string& path, Trust trust) {
    const OpenedLog log = open_log(path, trust);
    if (!log.why.empty()) return warn(path, "the log " + log.why);
    if (!read_.insert(log.facts.identity).second) return;
    const LogReading reading =
        read_log(log, path, {}, trust == Trust::found ? StillWritten::yes : StillWritten::no);
    if (reading.error != 0) {
      warn(path, fmt::format("the log could not be read to its end: {}",
                             std::generic_category().message(reading.error)));
    }
    if (reading.too_many) warn(path, "the log holds more incidents than are counted");
    take(path, reading);
  }

  void finish() {
    std::stable_sort(snapshot_.incidents.begin(), snapshot_.incidents.end(),
                     [](const Incident& a, const Incident& b) { return a.at < b.at; });
  }

 private:
  void take(const std::string& path, const LogReading& reading) {
    std::size_t count = 0;
    for (const auto* const incidents : {&reading.settled, &reading.unsettled}) {
      for (const Incident& incident : *incidents) {
        if (incident.at < scope_.since) continue;
        snapshot_.incidents.push_back(incident);
        ++count;
      }
    }
    snapshot_.logs.push_back({path, reading.bytes_read, count});
  }

  void warn(const std::string& path, std::string what) {
    snapshot_.warnings.push_back({path, std::move(what)});
  }

  Snapshot& snapshot_;
  const LogScope& scope_;
  std::set<FileIdentity> read_;
};

}  // namespace

void read_logs(Snapshot& snapshot, const LogScope& scope, const Environment& environment,
               registry::Registry* registry, Progress& progress) {
  (void)registry;
  (void)progress;
  Reader reader(snapshot, scope);
  for (const std::string& path : scope.files) {
    reader.read_file(normal_path(path, environment.working_directory), Trust::named);
  }
  if (scope.usual_places) {
    for (const std::string& path : usual_log_files(snapshot, environment)) {
      reader.read_file(path, Trust::found);
    }
  }
  reader.finish();
}

}  // namespace wasession::observe

/// What the tests of logs share.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "model/snapshot.h"
#include "observe/logs/logs.h"
#include "support/fixtures.h"
#include "unit/registry/support.h"

namespace logs_test {

using namespace wasession;

inline Snapshot read(const std::vector<std::string>& paths,
                     registry::Registry* registry = nullptr) {
  Snapshot snapshot;
  snapshot.taken_at =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  observe::Environment environment;
  environment.working_directory = "/";
  observe::Progress progress;
  observe::read_logs(snapshot, {Time{}, paths, false}, environment, registry, progress);
  return snapshot;
}

/// The incidents of a log of these bytes.
inline std::vector<Incident> incidents_of(const std::string& bytes) {
  const registry_test::Directory directory;
  const std::string path = directory.path("bot.log");
  registry_test::write_file(path, bytes);
  return read({path}).incidents;
}

inline std::string openclaw_fixture(std::string_view name) {
  std::string path = test::shared_fixture("openclaw/" + std::string(name));
  if (path.empty()) MESSAGE("skipped: ../shared is absent (set WASESSION_SHARED)");
  return path;
}

inline long count(const std::vector<Incident>& incidents, IncidentKind kind, int status = -1) {
  return std::count_if(incidents.begin(), incidents.end(), [&](const Incident& incident) {
    return incident.kind == kind && (status < 0 || incident.status == status);
  });
}

}  // namespace logs_test

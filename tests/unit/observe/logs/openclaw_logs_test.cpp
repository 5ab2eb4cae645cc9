// The logs that OpenClaw really wrote (../shared/fixtures/openclaw), counted as a person would.
#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "model/snapshot.h"
#include "observe/logs/logs.h"
#include "support/fixtures.h"

using namespace wasession;

namespace {

Snapshot read(const std::string& path) {
  Snapshot snapshot;
  observe::Environment environment;
  environment.working_directory = "/";
  observe::Progress progress;
  observe::read_logs(snapshot, {Time{}, {path}, false}, environment, nullptr, progress);
  return snapshot;
}

std::string fixture(std::string_view name) {
  const std::string path = test::shared_fixture("openclaw/" + std::string(name));
  if (path.empty()) MESSAGE("skipped: ../shared is absent (set WASESSION_SHARED)");
  return path;
}

long count(const Snapshot& snapshot, IncidentKind kind, int status = -1) {
  return std::count_if(
      snapshot.incidents.begin(), snapshot.incidents.end(),
      [&](const Incident& i) { return i.kind == kind && (status < 0 || i.status == status); });
}

}  // namespace

TEST_CASE("OpenClaw 2026.2: a disconnect with three records is counted once, for each account") {
  const std::string path = fixture("openclaw-2026.2.log.jsonl");
  if (path.empty()) return;
  const Snapshot snapshot = read(path);
  CHECK(snapshot.warnings.empty());
  CHECK(count(snapshot, IncidentKind::disconnected, 440) == 24);
  CHECK(count(snapshot, IncidentKind::disconnected, 408) == 2);
  CHECK(count(snapshot, IncidentKind::disconnected) == 26);
  CHECK(count(snapshot, IncidentKind::gave_up, 440) == 2);
  CHECK(count(snapshot, IncidentKind::credential_missing) == 5);
  CHECK(count(snapshot, IncidentKind::connected) == 26);
}

TEST_CASE("OpenClaw 2026.9: setup retries, one conflict and a refused lock") {
  const std::string path = fixture("openclaw-2026.9.log.jsonl");
  if (path.empty()) return;
  const Snapshot snapshot = read(path);
  CHECK(count(snapshot, IncidentKind::disconnected, 440) == 1);
  CHECK(count(snapshot, IncidentKind::disconnected, 408) == 8);
  CHECK(count(snapshot, IncidentKind::disconnected) == 9);
  CHECK(count(snapshot, IncidentKind::gave_up) == 1);
  CHECK(count(snapshot, IncidentKind::lock_refused) == 1);
  for (const Incident& incident : snapshot.incidents) {
    if (incident.status != 440 && incident.kind != IncidentKind::lock_refused) continue;
    CHECK(incident.account == "default");
    CHECK(incident.phone == "15551234567");
  }
}

TEST_CASE("two versions of OpenClaw that write one file: the sum of both") {
  const std::string path = fixture("openclaw-mixed.log.jsonl");
  if (path.empty()) return;
  const Snapshot snapshot = read(path);
  CHECK(count(snapshot, IncidentKind::disconnected, 440) == 25);
  CHECK(count(snapshot, IncidentKind::disconnected, 408) == 10);
  CHECK(count(snapshot, IncidentKind::disconnected) == 35);
}

// The logs that OpenClaw really wrote (../shared/fixtures/openclaw), counted as a person would.
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "unit/observe/logs/support.h"

using namespace logs_test;

namespace {

/// The file log as the console would have printed it: text only, no records of modules.
std::string as_console(const std::string& path) {
  std::istringstream lines(registry_test::read_file(path));
  std::string console;
  for (std::string line; std::getline(lines, line);) {
    const auto record = nlohmann::json::parse(line);
    if (!record.contains("1") || !record["1"].is_string()) continue;
    const auto origin = nlohmann::json::parse(record["0"].get<std::string>());
    if (!origin.value("subsystem", "").ends_with("channels/whatsapp")) continue;
    std::string message = record["1"].get<std::string>();
    if (message.starts_with("WhatsApp ")) message.erase(0, 9);
    console += record["time"].get<std::string>() + " [whatsapp] " + message + "\n";
  }
  return console;
}

}  // namespace

TEST_CASE("OpenClaw 2026.2: a disconnect with three records is counted once, for each account") {
  const std::string path = openclaw_fixture("openclaw-2026.2.log.jsonl");
  if (path.empty()) return;
  const Snapshot snapshot = read({path});
  const auto& incidents = snapshot.incidents;
  CHECK(snapshot.warnings.empty());
  CHECK_EQ(count(incidents, IncidentKind::disconnected, 440), 24);
  CHECK_EQ(count(incidents, IncidentKind::disconnected, 408), 2);
  CHECK_EQ(count(incidents, IncidentKind::disconnected), 26);
  CHECK_EQ(count(incidents, IncidentKind::gave_up, 440), 2);
  CHECK_EQ(count(incidents, IncidentKind::credential_missing), 5);
  CHECK_EQ(count(incidents, IncidentKind::connected), 26);
  for (const Incident& incident : incidents) {
    if (incident.status == 408) CHECK_FALSE(incident.phone.empty());
    if (incident.status == 440) CHECK_EQ(incident.reason, "conflict");
  }
}

TEST_CASE("OpenClaw 2026.9: setup retries, one conflict and a refused lock") {
  const std::string path = openclaw_fixture("openclaw-2026.9.log.jsonl");
  if (path.empty()) return;
  const auto incidents = read({path}).incidents;
  CHECK_EQ(count(incidents, IncidentKind::disconnected, 440), 1);
  CHECK_EQ(count(incidents, IncidentKind::disconnected, 408), 8);
  CHECK_EQ(count(incidents, IncidentKind::disconnected), 9);
  CHECK_EQ(count(incidents, IncidentKind::gave_up), 1);
  CHECK_EQ(count(incidents, IncidentKind::lock_refused), 1);
  for (const Incident& incident : incidents) {
    if (incident.status != 440 && incident.kind != IncidentKind::lock_refused) continue;
    CHECK_EQ(incident.account, "default");
    CHECK_EQ(incident.phone, "15551234567");
  }
}

TEST_CASE("two versions of OpenClaw that write one file: the sum of both") {
  const std::string path = openclaw_fixture("openclaw-mixed.log.jsonl");
  if (path.empty()) return;
  const auto incidents = read({path}).incidents;
  CHECK_EQ(count(incidents, IncidentKind::disconnected, 440), 25);
  CHECK_EQ(count(incidents, IncidentKind::disconnected, 408), 10);
  CHECK_EQ(count(incidents, IncidentKind::disconnected), 35);
}

TEST_CASE(
    "a journal, which has only OpenClaw's text, tells of as many disconnects as its file log") {
  for (const char* const name : {"openclaw-2026.2.log.jsonl", "openclaw-2026.9.log.jsonl"}) {
    const std::string path = openclaw_fixture(name);
    if (path.empty()) return;
    CAPTURE(name);
    const auto records = read({path}).incidents;
    const auto text = incidents_of(as_console(path));
    for (const int status : {440, 408}) {
      CHECK_EQ(count(text, IncidentKind::disconnected, status),
               count(records, IncidentKind::disconnected, status));
    }
    CHECK_EQ(count(text, IncidentKind::gave_up), count(records, IncidentKind::gave_up));
    CHECK_EQ(count(text, IncidentKind::connected), count(records, IncidentKind::connected));
  }
}

TEST_CASE(
    "a `channels login` that displaces its own gateway is no conflict, a rival's 440 is one") {
  const std::string conflict =
      "2026-11-22T15:28:49.337+00:00 [whatsapp] Web connection closed (status 440: session "
      "conflict). Resolve conflicting WhatsApp Web sessions, then restart the channel. Stopping "
      "web monitoring.\n"
      "2026-11-22T15:28:49.340+00:00 [whatsapp] [default] auto-restart skipped, terminal "
      "disconnect\n";
  CHECK_EQ(count(incidents_of(conflict), IncidentKind::disconnected, 440), 1);
  const std::string started = "[whatsapp] [default] starting provider (+15551234567)\n";
  const std::string soon = "2026-11-22T15:28:49.480+00:00 " + started;
  const std::string later = "2026-11-22T15:29:49.480+00:00 " + started;
  const std::string other =
      "2026-11-22T15:28:49.480+00:00 [whatsapp] [biz] starting provider (+15557654321)\n";
  CHECK(count(incidents_of(conflict + soon), IncidentKind::disconnected) == 0);
  CHECK(count(incidents_of(conflict + later), IncidentKind::disconnected) == 1);
  CHECK(count(incidents_of(conflict + other), IncidentKind::disconnected) == 1);
}

TEST_CASE("what a person typed or a command printed into OpenClaw's log is no incident") {
  const std::string time = "\"time\":\"2026-11-22T15:28:49.337Z\"}\n";
  CHECK(incidents_of("{\"0\":\"WhatsApp Web connection closed (status 440). Retry 1/12\"," + time)
            .empty());
  CHECK(incidents_of("{\"0\":\"{\\\"module\\\":\\\"web-inbound\\\"}\",\"1\":\"WhatsApp Web "
                     "connection closed (status 440). Retry 1/12\"," +
                     time)
            .empty());
  CHECK(incidents_of("{\"0\":\"{\\\"subsystem\\\":\\\"gateway/channels/whatsapp\\\"}\",\"1\":\"he "
                     "wrote: Web connection closed (status 440)\"," +
                     time)
            .empty());
}

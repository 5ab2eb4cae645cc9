// The lines of Baileys bots, wacli and whatsmeow, as the fact sheets have them from running
// programs.
#include <chrono>
#include <string>

#include <sys/stat.h>
#include <zlib.h>

#include "unit/observe/logs/support.h"

using namespace logs_test;

namespace {

const std::string kPino = R"({"level":30,"time":1795362644048,"pid":18871,"hostname":"vm",)";
const std::string kLogin =
    R"({"level":30,"time":1795362643000,"pid":18871,"hostname":"vm","node":{"username":"15551234567","passive":true,"device":19},"msg":"logging in..."})"
    "\n";

std::string stream_error_7(const std::string& type) {
  return kPino + R"("reasonNode":{"tag":"conflict","attrs":{"type":")" + type +
         R"("}},"fullErrorNode":{"tag":"stream:error","attrs":{},"content":[]},"msg":"stream errored out"})"
         "\n";
}

std::string stream_error_6(const std::string& type) {
  return kPino +
         R"("node":{"tag":"stream:error","attrs":{},"content":[{"tag":"conflict","attrs":{"type":")" +
         type +
         R"("}}]},"msg":"stream errored out"})"
         "\n";
}

const std::string kErrored =
    kPino + R"("trace":"Error: Stream Errored (conflict)\n    at x","msg":"connection errored"})"
            "\n";

Incident only_disconnect(const std::string& bytes) {
  const auto incidents = incidents_of(bytes);
  CAPTURE(bytes);
  REQUIRE_EQ(count(incidents, IncidentKind::disconnected), 1);
  for (const Incident& incident : incidents) {
    if (incident.kind == IncidentKind::disconnected) return incident;
  }
  return {};
}

}  // namespace

TEST_CASE("the words `Stream Errored (conflict)` are 440 or 401 by the type of the conflict") {
  for (const auto& error : {stream_error_6("replaced"), stream_error_7("replaced")}) {
    CHECK_EQ(only_disconnect(error + kErrored).status, 440);
  }
  for (const auto& error : {stream_error_6("device_removed"), stream_error_7("device_removed")}) {
    CHECK_EQ(only_disconnect(error + kErrored).status, 401);
  }
}

TEST_CASE("a bot's login names the number and the device of its process's disconnects") {
  const Incident incident = only_disconnect(kLogin + stream_error_7("replaced") + kErrored);
  CHECK_EQ(incident.pid, 18871);
  CHECK_EQ(incident.phone, "15551234567");
  CHECK(incident.device == 19);
  CHECK(incident.at == Time(std::chrono::milliseconds(1795362644048)));
}

TEST_CASE("two processes that are replaced in one second are two disconnects") {
  std::string other = stream_error_7("replaced");
  other.replace(other.find("18871"), 5, "18872");
  CHECK_EQ(count(incidents_of(stream_error_7("replaced") + other), IncidentKind::disconnected), 2);
}

TEST_CASE("a bot that prints its connection.update tells a disconnect, whatever is around it") {
  const std::string update =
      R"js({"connection":"close","statusCode":440,"message":"Stream Errored (conflict)","data":{"tag":"conflict","attrs":{"type":"replaced"}}})js";
  CHECK_EQ(only_disconnect(update + "\n").status, 440);
  CHECK_EQ(only_disconnect("2026-11-22T15:28:49.337Z update " + update + "\n").status, 440);
  CHECK_EQ(only_disconnect(
               R"({"connection":"close","lastDisconnect":{"error":{"output":{"statusCode":428}}}})")
               .status,
           428);
  CHECK_EQ(only_disconnect(stream_error_7("replaced") + update + "\n").status, 440);
  CHECK(incidents_of(R"({"connection":"open","statusCode":440})").empty());
}

TEST_CASE("wacli and whatsmeow tell of replaced and removed devices without a 440") {
  const auto status = [](const std::string& line) { return only_disconnect(line + "\n").status; };
  CHECK_EQ(status("Stream replaced."), 440);
  CHECK_EQ(status("Logged out of WhatsApp (401: logged out from another device). Stopping sync."),
           401);
  CHECK_EQ(status(R"({"event":"stream_replaced","data":{},"ts":1795362644048})"), 440);
  CHECK_EQ(status(R"({"event":"logged_out","data":{"reason_code":403},"ts":1795362644048})"), 403);
  CHECK_EQ(status("15:04:05.000 \x1b[36m[Client INFO] Got replaced stream error, sending "
                  "StreamReplaced event\x1b[0m"),
           440);
  CHECK_EQ(status("15:04:05.000 [Client INFO] Got device removed stream error, sending LoggedOut "
                  "event and deleting session"),
           401);
  CHECK_EQ(status("15:04:05.000 [Client INFO] Got 401: logged out from another device connect "
                  "failure, sending LoggedOut event and deleting session"),
           401);
  CHECK_EQ(
      status(
          R"({"level":"info","time":"2026-11-22T10:00:00Z","message":"Got replaced stream error, sending StreamReplaced event"})"),
      440);
  CHECK(incidents_of("somebody said: Stream replaced.\n").empty());
}

TEST_CASE("a time without a date is of the day on which the log was written last") {
  const registry_test::Directory directory;
  const std::string path = directory.path("bot.log");
  registry_test::write_file(path,
                            "00:00:30.500 [Client INFO] Got replaced stream error, sending\n");
  std::tm day{};
  day.tm_year = 126;
  day.tm_mon = 4;
  day.tm_mday = 6;
  day.tm_sec = 40;
  day.tm_isdst = -1;
  const std::time_t written = std::mktime(&day);
  const timespec times[2] = {{written, 0}, {written, 0}};
  REQUIRE_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  const auto incidents = read({path}).incidents;
  REQUIRE_EQ(incidents.size(), 1);
  CHECK(incidents[0].at == Time(std::chrono::milliseconds((written - 10) * 1000 + 500)));
}

TEST_CASE("a line of the journal gives the process that printed it") {
  const Incident incident = only_disconnect(
      "2026-11-22T15:28:50+0000 vm node[4711]: 2026-11-22T15:28:49.337Z [whatsapp] Web connection "
      "closed (status 440). Retry 1/12 in 2.18s… (status=440 Unknown Stream Errored (conflict))\n");
  CHECK_EQ(incident.pid, 4711);
  CHECK(incident.at == Time(std::chrono::milliseconds(1795361329337)));
}

TEST_CASE("a compressed log is read like a plain one, and only once") {
  const registry_test::Directory directory;
  const std::string path = directory.path("bot.log.1.gz");
  const std::string text = kLogin + stream_error_7("replaced") + kErrored;
  for (int member = 0; member < 2; ++member) {
    const gzFile file = ::gzopen(path.c_str(), "ab");
    REQUIRE(file != nullptr);
    const std::string part = member == 0 ? text.substr(0, 200) : text.substr(200);
    ::gzwrite(file, part.data(), static_cast<unsigned>(part.size()));
    ::gzclose(file);
  }
  const auto opening =
      registry::open_registry(directory.path("state/registry.db"), registry::Access::read_write);
  REQUIRE(opening.registry);
  for (int run = 0; run < 2; ++run) {
    const Snapshot snapshot = read({path}, opening.registry.get());
    CHECK(snapshot.warnings.empty());
    CHECK_EQ(count(snapshot.incidents, IncidentKind::disconnected, 440), 1);
    CHECK_EQ(snapshot.logs.at(0).bytes_read, run == 0 ? text.size() : 0);
  }
  const std::string packed = registry_test::read_file(path);
  registry_test::write_file(path, packed.substr(0, packed.size() - 12));
  CHECK_EQ(read({path}).warnings.size(), 1);
}

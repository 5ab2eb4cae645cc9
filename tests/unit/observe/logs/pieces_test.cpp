// A log that is read again and again while it grows.
#include <random>

#include "unit/observe/logs/support.h"

using namespace logs_test;

namespace {

void append(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
}

std::vector<Incident> sorted(std::vector<Incident> incidents) {
  std::stable_sort(incidents.begin(), incidents.end(), [](const Incident& a, const Incident& b) {
    return std::tuple(a.at, a.offset, a.kind) < std::tuple(b.at, b.offset, b.kind);
  });
  return incidents;
}

}  // namespace

TEST_CASE("a log read in pieces gives the same incidents as one read at once") {
  for (const char* const name : {"openclaw-2026.2.log.jsonl", "openclaw-mixed.log.jsonl"}) {
    const std::string fixture = openclaw_fixture(name);
    if (fixture.empty()) return;
    const std::string whole = registry_test::read_file(fixture);
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      CAPTURE(name);
      CAPTURE(seed);
      std::mt19937_64 random(seed);
      const registry_test::Directory directory;
      const std::string path = directory.path("openclaw.log");
      const auto opening = registry::open_registry(directory.path("state/registry.db"),
                                                   registry::Access::read_write);
      REQUIRE(opening.registry);
      std::vector<Incident> last;
      for (std::size_t from = 0; from < whole.size();) {
        const std::size_t size = 1 + random() % (whole.size() / 8);
        append(path, whole.substr(from, size));
        from += size;
        last = read({path}, opening.registry.get()).incidents;
      }
      CHECK_MESSAGE(sorted(last) == sorted(read({path}).incidents),
                    "what doctor counts depends on when it was run before");
      const Snapshot again = read({path}, opening.registry.get());
      CHECK(sorted(again.incidents) == sorted(last));
      CHECK_MESSAGE(again.logs.at(0).bytes_read == 0, "an old log is read again");
    }
  }
}

TEST_CASE("a log that was truncated or replaced is read from its beginning") {
  const std::string fixture = openclaw_fixture("openclaw-2026.2.log.jsonl");
  if (fixture.empty()) return;
  const std::string whole = registry_test::read_file(fixture);
  const registry_test::Directory directory;
  const std::string path = directory.path("openclaw.log");
  const auto opening =
      registry::open_registry(directory.path("state/registry.db"), registry::Access::read_write);
  REQUIRE(opening.registry);
  registry_test::write_file(path, whole);
  CHECK_EQ(count(read({path}, opening.registry.get()).incidents, IncidentKind::disconnected, 440),
           24);
  const std::string bot =
      "{\"time\":1795362644048,\"pid\":7,\"msg\":\"connection errored\",\"trace\":\"Error: "
      "Connection was lost\\n at x\"}\n";
  registry_test::write_file(path, bot);  // the same inode, truncated
  auto incidents = read({path}, opening.registry.get()).incidents;
  CHECK_EQ(count(incidents, IncidentKind::disconnected, 408), 1);
  CHECK_EQ(count(incidents, IncidentKind::disconnected), 1);
  // The same inode, longer than before, with another beginning.
  registry_test::write_file(path, "first line\n" + whole);
  incidents = read({path}, opening.registry.get()).incidents;
  CHECK_EQ(count(incidents, IncidentKind::disconnected, 440), 24);
}

TEST_CASE("a FIFO, a directory and a missing file are warnings, and the next log is read") {
  const registry_test::Directory directory;
  const std::string fifo = directory.path("fifo");
  REQUIRE_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const std::string good = directory.path("good.log");
  registry_test::write_file(
      good, "2026-11-22T10:00:00Z bot: {\"connection\":\"close\",\"statusCode\":440}");
  const Snapshot snapshot =
      read({fifo, directory.path(), directory.path("none"), "/dev/zero", good});
  CHECK_EQ(snapshot.warnings.size(), 4);
  CHECK_EQ(count(snapshot.incidents, IncidentKind::disconnected, 440), 1);
}

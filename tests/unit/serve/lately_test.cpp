#include "serve/lately.h"

#include <doctest/doctest.h>

#include "unit/judge/snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

namespace {

Snapshot at(const SnapshotBuilder& builder, std::chrono::seconds after) {
  Snapshot snapshot = builder.build();
  snapshot.taken_at = kNow + after;
  return snapshot;
}

}  // namespace

TEST_CASE("whoever was connected a moment ago is remembered, and for a minute only") {
  SnapshotBuilder connected;
  connected.process(4711);
  SnapshotBuilder waiting;
  waiting.process(4711, "node bot.js", 0);
  serve::Lately lately;
  lately.note(at(connected, 0s));
  lately.note(at(waiting, 60s));
  CHECK(lately.seen().size() == 1);
  CHECK(lately.seen().begin()->first.pid == 4711);
  lately.note(at(waiting, 61s));
  CHECK(lately.seen().empty());
}

TEST_CASE("what a look knows from an earlier one keeps nobody connected for ever") {
  SnapshotBuilder builder;
  builder.process_at(builder.process(4711)).connected_lately = true;
  serve::Lately lately;
  lately.note(at(builder, 0s));
  CHECK(lately.seen().empty());
}

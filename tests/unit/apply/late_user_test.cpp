// A question may have stood for an hour when the answer comes.
#include "unit/apply/quarantine_support.h"
#include "unit/judge/snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;

TEST_CASE("a session that got a user since it was planned keeps its credential") {
  Purging purging;
  const Inventory before = inventory_of(purging.store);
  SnapshotBuilder machine;
  const auto session = machine.session("baileys/bot", 1, Tool::baileys);
  machine.at(session).store.path = purging.store;
  const auto client = machine.process(11);
  StepKind kind = StepKind::quarantine;
  SUBCASE("quarantine") {}
  SUBCASE("erase") {
    kind = StepKind::erase;
  }
  purging.means.look = [&] { return machine.build(); };
  machine.hold(session, client, Strength::likely);
  const Outcome outcome = purging.take(kind);
  CHECK(outcome.result == Result::failed);
  CHECK(outcome.detail == "pid 11 (node bot.js) uses it by now");
  CHECK(inventory_of(purging.store) == before);
  purging.step.purge->let_go = {machine.process_at(client).identity};
  CHECK_MESSAGE(purging.take(kind).result == Result::done,
                "a gateway that let go of the account stands in the way");
}

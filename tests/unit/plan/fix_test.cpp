#include <string>

#include <doctest/doctest.h>

#include "plan/plan.h"

using namespace wasession;

namespace {

Snapshot damaged_machine() {
  Snapshot snapshot;
  snapshot.sessions.resize(2);
  snapshot.condition.stale_locks = {
      {"/s/0.lock", {1, 10}, {41, 4100}, 0, false},
      {"/s/1.lock", {1, 11}, {}, 1, true},
      {"/tmp/openclaw-0/gateway.1.lock", {1, 12}, {42, 0}, {}, false}};
  snapshot.condition.exposed = {{"/s/0", {1, 20}, 0755, 0700, 0},
                                {"/s/0/creds.json", {1, 21}, 0644, 0600, 0},
                                {"/s/1.db", {1, 22}, 0444, 0400, 1}};
  snapshot.condition.damaged_registry = "/r/registry.db";
  return snapshot;
}

Finding finding(std::string_view code, std::vector<std::size_t> sessions = {},
                std::string path = {}) {
  Finding finding;
  finding.code = code;
  finding.sessions = std::move(sessions);
  finding.path = std::move(path);
  finding.fixable = true;
  return finding;
}

/// The targets in their order, each ended by a blank.
std::string targets(const std::vector<Finding>& findings) {
  std::string text;
  for (const Step& step : plan::fix(damaged_machine(), findings)) text += step.target + " ";
  return text;
}

}  // namespace

TEST_CASE("secrets are closed first, then locks go, then the registry is set aside") {
  const Plan plan =
      plan::fix(damaged_machine(), std::vector{finding("registry-damaged"), finding("stale-lock"),
                                               finding("world-readable-secrets")});
  REQUIRE(plan.size() == 7);
  CHECK(plan[0].kind == StepKind::restrict_permissions);
  CHECK(plan[0].target == "/s/0");
  CHECK(plan[0].identity == FileIdentity{1, 20});
  CHECK(plan[0].mode == 0700);
  CHECK(plan[0].why.find("0755") != std::string::npos);
  CHECK(plan[3].kind == StepKind::remove_stale_lock);
  CHECK(plan[3].owner == ProcessIdentity{41, 4100});
  CHECK(plan[3].identity == FileIdentity{1, 10});
  CHECK(plan[3].why.find("41") != std::string::npos);
  CHECK(plan[4].owner.pid == 0);
  CHECK(plan[6].kind == StepKind::set_registry_aside);
  CHECK(plan[6].target == "/r/registry.db");
  for (const Step& step : plan) CHECK_FALSE(step.why.empty());
}

TEST_CASE("only what a fixable finding is about is fixed") {
  CHECK(targets({}).empty());
  CHECK(targets({finding("stale-lock", {1})}) == "/s/1.lock ");
  CHECK(targets({finding("stale-lock", {}, "/tmp/openclaw-0/gateway.1.lock")}) ==
        "/tmp/openclaw-0/gateway.1.lock ");
  CHECK(targets({finding("world-readable-secrets", {0})}) == "/s/0 /s/0/creds.json ");
  CHECK(targets({finding("registry-damaged", {}, "/r/registry.db")}) == "/r/registry.db ");
  CHECK(targets({finding("copied-credential", {0, 1})}).empty());
  Finding told = finding("stale-lock", {0});
  told.fixable = false;
  CHECK(targets({told}).empty());
}

TEST_CASE("two findings about one file give one step") {
  CHECK(targets({finding("stale-lock", {1}), finding("stale-lock", {1}, "/s/1.lock")}) ==
        "/s/1.lock ");
}

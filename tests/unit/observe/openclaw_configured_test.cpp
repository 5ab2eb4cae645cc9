// Which places the configuration of OpenClaw adds, and what a broken one costs.
#include <string>

#include <doctest/doctest.h>

#include "unit/observe/openclaw_support.h"

using namespace wasession;
using namespace wasession::observe;
using wasession::test::described;
using wasession::test::Machine;

TEST_CASE("a configuration that cannot be read costs a warning and no session") {
  const Machine machine;
  const auto file = machine.root.write_file("alice/.openclaw/openclaw.json", "{channels: ");
  machine.link("alice/.openclaw/credentials/whatsapp/default");
  machine.link("alice/.openclaw/credentials/whatsapp/biz");
  CHECK(described(machine.places(), machine) ==
        "default alice/.openclaw/credentials/whatsapp/default configured\n"
        "biz alice/.openclaw/credentials/whatsapp/biz\n"
        "! " +
            file +
            ": OpenClaw's configuration is not valid JSON5: line 1, column 12: expected a value, "
            "found the end of the file\n");
}

TEST_CASE("an unusable authDir costs its own account only, and unrelated variables no warning") {
  const Machine machine;
  const auto file =
      machine.root.write_file("alice/.openclaw/openclaw.json",
                              R"({models: {key: '${API_KEY}'}, channels: {whatsapp: {accounts: {
        a: {authDir: 5}, b: {authDir: 'x\0y'}, c: {authDir: ''}, d: 7,
        e: {authDir: '/srv/e', prefix: '${PREFIX}'}}}}})");
  const Places places = machine.places();
  CHECK(places.places.size() == 3);
  REQUIRE(places.warnings.size() == 2);
  CHECK(
      places.warnings[0].what ==
      "OpenClaw's configuration has an authDir in channels.whatsapp.accounts.a that is not a path");
}

TEST_CASE("OPENCLAW_CONFIG_PATH adds to the state directory's own configuration") {
  Machine machine;
  machine.root.write_file("alice/.openclaw/openclaw.json",
                          "{channels: {whatsapp: {accounts: {own: {}}}}}");
  machine.root.write_file("work/custom.json", "{channels: {whatsapp: {accounts: {custom: {}}}}}");
  machine.environment.variables["OPENCLAW_CONFIG_PATH"] = "custom.json";
  CHECK(described(machine.places(), machine) ==
        "custom alice/.openclaw/credentials/whatsapp/custom configured\n"
        "own alice/.openclaw/credentials/whatsapp/own configured\n");
  machine.environment.variables["OPENCLAW_CONFIG_PATH"] = "gone.json";
  CHECK(machine.places().warnings.size() == 1);
}

TEST_CASE("legacy names of the configuration are read, in the state directory and beside it") {
  const Machine machine;
  machine.link("alice/.openclaw/credentials/whatsapp/biz");
  machine.root.write_file("alice/.clawdbot/moltbot.json",
                          "{channels: {whatsapp: {accounts: {biz: {}}}}}");
  CHECK(described(machine.places(), machine) ==
        "biz alice/.openclaw/credentials/whatsapp/biz configured\n"
        "biz alice/.clawdbot/credentials/whatsapp/biz configured\n");
}

TEST_CASE("a state directory found by a search is read by its own configuration alone") {
  Machine machine;
  machine.link("elsewhere/state/credentials/whatsapp/default");
  machine.link("oauth/whatsapp/other");
  machine.environment.variables["OPENCLAW_OAUTH_DIR"] = machine.root.path("oauth");
  const std::string state = machine.root.path("elsewhere/state");
  CHECK(described(openclaw_places_in(state, machine.environment), machine) ==
        "default elsewhere/state/credentials/whatsapp/default configured\n");
  machine.environment.variables["OPENCLAW_STATE_DIR"] = state;
  CHECK_MESSAGE(openclaw_places_in(state, machine.environment).places.size() == 2,
                "a process's OPENCLAW_OAUTH_DIR is overlooked");
}

TEST_CASE("in another user's state directory ~ is that user's home") {
  Machine machine;
  machine.environment.variables["SECRET"] = "/hunter2";
  machine.root.write_file(
      "bob/.openclaw/openclaw.json",
      "{channels: {whatsapp: {accounts: {a: {authDir: '~/wa'}, b: {authDir: '${SECRET}'}}}}}");
  const Places places = openclaw_places_in(machine.root.path("bob/.openclaw"), machine.environment);
  REQUIRE(places.places.size() == 1);
  CHECK(places.places[0].path == machine.root.path("bob/wa"));
  CHECK(places.warnings.size() == 1);
}

TEST_CASE("a broken configuration that two state directories share is warned of once") {
  const Machine machine;
  machine.root.make_directory("alice/.openclaw");
  machine.root.write_file("alice/.clawdbot/clawdbot.json", "{");
  CHECK(machine.places().warnings.size() == 1);
}

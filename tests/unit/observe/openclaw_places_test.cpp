#include <string>

#include <doctest/doctest.h>

#include "observe/places/openclaw.h"
#include "unit/observe/openclaw_support.h"

using namespace wasession;
using namespace wasession::observe;
using wasession::test::described;
using wasession::test::Machine;

TEST_CASE("a machine without OpenClaw has no places") {
  const Machine machine;
  CHECK(described(machine.places(), machine) == "");
}

TEST_CASE("named accounts, the default one and an unnamed copy are all found") {
  const Machine machine;
  machine.root.write_file(
      "alice/.openclaw/openclaw.json",
      "{channels: {whatsapp: {accounts: {default: {}, 'My Biz!': {}, soon: {}}}}}");
  machine.link("alice/.openclaw/credentials/whatsapp/default");
  machine.link("alice/.openclaw/credentials/whatsapp/my-biz");
  machine.link("alice/.openclaw/credentials/whatsapp/default.bak");
  machine.root.write_file("alice/.openclaw/credentials/whatsapp/default.lock", "{}");
  machine.root.write_file("alice/.openclaw/credentials/whatsapp-allowFrom.json", "{}");
  CHECK(described(machine.places(), machine) ==
        "default alice/.openclaw/credentials/whatsapp/default configured\n"
        "my-biz alice/.openclaw/credentials/whatsapp/my-biz configured\n"
        "soon alice/.openclaw/credentials/whatsapp/soon configured\n"
        "default.bak alice/.openclaw/credentials/whatsapp/default.bak\n");
}

TEST_CASE("without a configuration the default account and every sub-directory are found") {
  const Machine machine;
  machine.link("alice/.openclaw/credentials/whatsapp/biz");
  machine.link("alice/.openclaw/credentials/whatsapp/default");
  CHECK(described(machine.places(), machine) ==
        "default alice/.openclaw/credentials/whatsapp/default configured\n"
        "biz alice/.openclaw/credentials/whatsapp/biz\n");
}

TEST_CASE("a legacy state directory that is no link is found beside the new one") {
  const Machine machine;
  machine.link("alice/.openclaw/credentials/whatsapp/default");
  machine.link("alice/.clawdbot/credentials/whatsapp/default");
  machine.link("alice/.moldbot/credentials/whatsapp/default");
  const Places places = machine.places();
  CHECK(described(places, machine) ==
        "default alice/.openclaw/credentials/whatsapp/default configured\n"
        "default alice/.clawdbot/credentials/whatsapp/default configured\n"
        "default alice/.moldbot/credentials/whatsapp/default configured\n");
  const auto& qualifiers = places.places.at(1).qualifiers;
  REQUIRE(qualifiers.size() >= 2);
  CHECK(qualifiers[0] == ".clawdbot");
  CHECK(qualifiers[1] == "alice");
}

TEST_CASE("the link that the migration leaves does not double the sessions") {
  const Machine machine;
  machine.link("alice/.openclaw/credentials/whatsapp/default");
  machine.root.make_link("alice/.clawdbot", machine.root.path("alice/.openclaw"));
  CHECK(described(machine.places(), machine) ==
        "default alice/.openclaw/credentials/whatsapp/default configured\n");
}

TEST_CASE("profiles have directories of their own, and odd names are none") {
  Machine machine;
  machine.link("alice/.openclaw-dev/credentials/whatsapp/default");
  machine.link("alice/.openclaw-Work_2/credentials/whatsapp/biz");
  machine.link("alice/.openclaw-a.b/credentials/whatsapp/default");
  machine.link("alice/.openclaw-backups.tar/credentials/whatsapp/default");
  CHECK(described(machine.places(), machine) ==
        "biz alice/.openclaw-Work_2/credentials/whatsapp/biz @Work_2\n"
        "default alice/.openclaw-dev/credentials/whatsapp/default configured @dev\n");
  machine.environment.variables["OPENCLAW_PROFILE"] = "dev";
  CHECK_MESSAGE(machine.places().places.at(0).profile == "dev", "the active profile comes first");
}

TEST_CASE("the state directory's variables of both generations lead to it") {
  Machine machine;
  machine.link("alice/state/credentials/whatsapp/default");
  machine.link("alice/.openclaw/credentials/whatsapp/default");
  const std::string both =
      "default alice/state/credentials/whatsapp/default configured\n"
      "default alice/.openclaw/credentials/whatsapp/default configured\n";
  for (const char* variable : {"OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR"}) {
    for (const std::string& value : {std::string(" ~/state/ "), std::string("../alice/./state")}) {
      machine.environment.variables = {{variable, value}};
      CAPTURE(variable);
      CAPTURE(value);
      CHECK(described(machine.places(), machine) == both);
    }
  }
}

TEST_CASE("OPENCLAW_HOME moves the home directory, and the old one is still looked at") {
  Machine machine;
  machine.link("alice/other/.openclaw/credentials/whatsapp/default");
  machine.link("alice/.openclaw/credentials/whatsapp/default");
  machine.environment.variables["OPENCLAW_HOME"] = "~/other";
  CHECK(described(machine.places(), machine) ==
        "default alice/other/.openclaw/credentials/whatsapp/default configured\n"
        "default alice/.openclaw/credentials/whatsapp/default configured\n");
  machine.environment.variables["OPENCLAW_HOME"] = "undefined";
  CHECK(machine.places().places.size() == 1);
}

TEST_CASE(
    "OPENCLAW_OAUTH_DIR is found in the environment, in .env files and in the configuration") {
  Machine machine;
  machine.link("oauth/whatsapp/biz");
  machine.link("alice/.openclaw/credentials/whatsapp/default");
  const std::string expected =
      "default alice/.openclaw/credentials/whatsapp/default configured\nbiz oauth/whatsapp/biz\n";
  const std::string line = "OPENCLAW_OAUTH_DIR=" + machine.root.path("oauth");

  SUBCASE("environment") {
    machine.environment.variables["OPENCLAW_OAUTH_DIR"] = machine.root.path("oauth");
  }
  SUBCASE(".env of the state directory") {
    machine.root.write_file("alice/.openclaw/.env", line);
  }
  SUBCASE(".env of the working directory") {
    machine.root.write_file("work/.env", line);
  }
  SUBCASE("gateway.env") {
    machine.root.write_file("alice/.config/openclaw/gateway.env", line);
  }
  SUBCASE("env of the configuration") {
    machine.root.write_file(
        "alice/.openclaw/openclaw.json",
        "{env: {vars: {OPENCLAW_OAUTH_DIR: '" + machine.root.path("oauth") + "'}}}");
  }
  CHECK(described(machine.places(), machine) == expected);
}

TEST_CASE("OPENCLAW_OAUTH_DIR says nothing about other profiles") {
  Machine machine;
  machine.link("oauth/whatsapp/biz");
  machine.link("alice/.openclaw-dev/credentials/whatsapp/default");
  machine.environment.variables["OPENCLAW_OAUTH_DIR"] = machine.root.path("oauth");
  CHECK(described(machine.places(), machine) ==
        "biz oauth/whatsapp/biz\n"
        "default alice/.openclaw-dev/credentials/whatsapp/default configured @dev\n");
}

TEST_CASE("an authDir may begin with ~ or a variable, be relative, or lie behind an include") {
  Machine machine;
  machine.root.write_file("alice/.openclaw/more.json5", "{included: {authDir: '/srv/included'}}");
  machine.root.write_file("alice/.openclaw/openclaw.json", R"({channels: {whatsapp: {accounts: {
    home: {authDir: ' ~/wa '}, variable: {authDir: '${WA_DIR}/x'}, relative: {authDir: 'here'},
    service: {authDir: 'there'}, $include: 'more.json5'}}}})");
  machine.link("alice/there");
  machine.environment.variables["WA_DIR"] = machine.root.path("var");
  CHECK(
      described(machine.places(), machine) ==
      "home alice/wa configured\n"
      "included " +
          std::filesystem::path("/srv/included").lexically_relative(machine.root.path()).string() +
          " configured\n"
          "relative work/here configured\n"
          "service alice/there configured\n"
          "variable var/x configured\n");
}

TEST_CASE("a channel's own authDir is the default account's, and both generations' are found") {
  const Machine machine;
  machine.root.write_file("alice/.openclaw/openclaw.json",
                          "{channels: {whatsapp: {authDir: '~/wa', accounts: {biz: {}}}}}");
  machine.link("alice/wa");
  machine.link("alice/.openclaw/credentials/whatsapp/biz");
  CHECK(described(machine.places(), machine) ==
        "default alice/wa configured\n"
        "biz alice/.openclaw/credentials/whatsapp/biz configured\n");
}

TEST_CASE("a defaultAccount is configured once its directory exists") {
  const Machine machine;
  machine.root.write_file("alice/.openclaw/openclaw.json",
                          "{channels: {whatsapp: {defaultAccount: 'Work'}}}");
  machine.link("alice/.openclaw/credentials/whatsapp/work");
  CHECK(described(machine.places(), machine) ==
        "default alice/.openclaw/credentials/whatsapp/default configured\n"
        "work alice/.openclaw/credentials/whatsapp/work configured\n");
}

TEST_CASE("the flat layout is the default account until that has a directory of its own") {
  const Machine machine;
  machine.link("alice/.openclaw/credentials");
  CHECK(described(machine.places(), machine) == "default alice/.openclaw/credentials configured\n");
  machine.link("alice/.openclaw/credentials/whatsapp/default");
  const Places both = machine.places();
  CHECK(described(both, machine) ==
        "default alice/.openclaw/credentials/whatsapp/default configured\n"
        "default alice/.openclaw/credentials\n");
  CHECK_MESSAGE(both.places[0].qualifiers != both.places[1].qualifiers,
                "two sessions of one state directory cannot be told apart");
}

TEST_CASE("a flat layout of which only the backup is left is still a credential") {
  const Machine machine;
  machine.root.write_file("alice/.openclaw/credentials/creds.json.bak", "{}");
  CHECK(described(machine.places(), machine) == "default alice/.openclaw/credentials\n");
}

TEST_CASE("an auth directory behind a symbolic link is given once") {
  const Machine machine;
  machine.root.write_file("alice/.openclaw/openclaw.json",
                          "{channels: {whatsapp: {accounts: {biz: {authDir: '~/link'}}}}}");
  machine.link("alice/.openclaw/credentials/whatsapp/biz");
  machine.root.make_link("alice/link",
                         machine.root.path("alice/.openclaw/credentials/whatsapp/biz"));
  machine.root.make_link("alice/.openclaw/credentials/whatsapp/other",
                         machine.root.path("alice/link"));
  CHECK(described(machine.places(), machine) == "biz alice/link configured\n");
}

TEST_CASE("the calls database of an account is a whatsmeow store") {
  const Machine machine;
  machine.root.write_file("alice/.openclaw/credentials/whatsapp-calls/biz/wa-voip.db", "");
  machine.root.make_directory("alice/.openclaw/credentials/whatsapp-calls/empty");
  const Places places = machine.places();
  CHECK(described(places, machine) ==
        "calls/biz alice/.openclaw/credentials/whatsapp-calls/biz/wa-voip.db configured\n");
  CHECK(places.places.at(0).kind == StoreKind::whatsmeow_database);
  CHECK(places.places.at(0).tool == Tool::openclaw);
}

TEST_CASE("root finds the other users' sessions and fills in none of its own variables") {
  Machine machine;
  machine.environment.other_homes = {machine.root.path("bob"), machine.root.path("carol")};
  machine.environment.variables["SECRET"] = "/hunter2";
  machine.link("bob/.openclaw/credentials/whatsapp/default");
  machine.root.write_file(
      "bob/.openclaw/openclaw.json",
      "{channels: {whatsapp: {accounts: {a: {authDir: '~/wa'}, b: {authDir: '${SECRET}'}}}}}");
  machine.link("carol/.openclaw-dev/credentials/whatsapp/default");
  const Places places = machine.places();
  CHECK(described(places, machine) ==
        "a bob/wa configured\n"
        "default bob/.openclaw/credentials/whatsapp/default\n"
        "default carol/.openclaw-dev/credentials/whatsapp/default configured @dev\n"
        "! " +
            machine.root.path("bob/.openclaw/openclaw.json") +
            ": OpenClaw's configuration names the variable SECRET in "
            "channels.whatsapp.accounts.b.authDir, which is not set here; set it as the gateway "
            "has it and look again\n");
  CHECK(places.places.at(1).qualifiers.at(1) == "bob");
}

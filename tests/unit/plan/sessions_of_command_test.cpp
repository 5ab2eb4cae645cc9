// Which stores a command is about to use, going by its words and variables (openclaw.md section 1,
// wacli.md section 1).
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/plan/start_support.h"

using namespace wasession;
using namespace wasession::test;

namespace {

using Words = std::vector<std::string>;
using Variables = std::map<std::string, std::string, std::less<>>;

Snapshot home() {
  SnapshotBuilder machine;
  machine.session("baileys/bot", 9, Tool::baileys);
  machine.session("openclaw/biz", 1);
  machine.session("openclaw/default", 2);
  const auto removed = machine.session("openclaw/removed", 3);
  machine.at(removed).store.configured = false;
  machine.session("openclaw@dev/default", 4);
  machine.session("openclaw@work/default", 5);
  const auto biz = machine.session("wacli/biz", 6, Tool::wacli);
  machine.at(biz).store.path = "/home/u/.wacli/accounts/biz/session.db";
  const auto base = machine.session("wacli/default", 7, Tool::wacli);
  machine.at(base).store.path = "/home/u/.wacli/session.db";
  machine.session("whatsmeow/app", 8, Tool::whatsmeow);
  return machine.build();
}

/// The ids of what it uses.
std::string used(const Words& command, const Variables& variables = {}) {
  const Snapshot snapshot = home();
  plan::StartRequest request = for_command(command);
  request.variables = variables;
  return ids(snapshot, plan::sessions_of_command(snapshot, request));
}

constexpr const char* kDefaultProfile = "openclaw/biz, openclaw/default";
constexpr const char* kWork = "openclaw@work/default";
constexpr const char* kDev = "openclaw@dev/default";
constexpr const char* kBase = "wacli/default";
constexpr const char* kBiz = "wacli/biz";

}  // namespace

TEST_SUITE("a command of OpenClaw") {
  TEST_CASE("uses all accounts of its configuration, and no other profile's") {
    CHECK_EQ(used({"openclaw", "gateway"}), kDefaultProfile);
    CHECK_EQ(used({"openclaw"}), kDefaultProfile);
    CHECK_EQ(used({"openclaw", "--profile", "default", "gateway"}), kDefaultProfile);
  }

  TEST_CASE("uses those of the profile that it is told") {
    for (const Words& words : std::vector<Words>{{"openclaw", "--profile", "work", "gateway"},
                                                 {"openclaw", "--profile=work", "gateway"},
                                                 {"openclaw", "gateway", "--profile=work"}}) {
      CHECK_EQ(used(words), kWork);
    }
    CHECK_EQ(used({"openclaw", "--dev", "gateway"}), kDev);
    CHECK_EQ(used({"openclaw", "--profile", "dev", "gateway"}), kDev);
    CHECK_EQ(used({"openclaw", "--profile", "gone", "gateway"}), "");
    CHECK_MESSAGE(used({"openclaw", "--profile", "wor", "gateway"}) == "",
                  "a profile is taken for another whose name begins with it");
  }

  TEST_CASE("is told its profile by a variable, too, and better by its words") {
    CHECK_EQ(used({"openclaw", "gateway"}, {{"OPENCLAW_PROFILE", "work"}}), kWork);
    CHECK_EQ(used({"openclaw", "gateway"}, {{"OPENCLAW_PROFILE", "default"}}), kDefaultProfile);
    CHECK_EQ(used({"openclaw", "--profile=default"}, {{"OPENCLAW_PROFILE", "work"}}),
             kDefaultProfile);
    CHECK_EQ(used({"openclaw", "--dev"}, {{"OPENCLAW_PROFILE", "work"}}), kDev);
  }

  TEST_CASE("is known however it is started") {
    for (const Words& words : std::vector<Words>{
             {"/usr/local/bin/openclaw", "gateway"},
             {"node", "/usr/lib/node_modules/openclaw/openclaw.mjs", "gateway"},
             {"/usr/bin/node", "--no-warnings", "/opt/openclaw/dist/index.js", "gateway"},
             {"node", "openclaw.mjs"},
             {"env", "LANG=C", "openclaw", "gateway"},
             {"npx", "openclaw", "gateway"}}) {
      CAPTURE(words.front());
      CHECK_EQ(used(words), kDefaultProfile);
    }
  }
}

TEST_SUITE("a command of wacli") {
  TEST_CASE("uses the store that it is told, however that is written") {
    for (const std::string option :
         {"--store=/home/u/.wacli", "--store=/home/u/.wacli/", "--store=/home/u/.wacli//"}) {
      CHECK_EQ(used({"wacli", option, "sync"}), kBase);
      CHECK_EQ(used({"wacli", "sync", "--follow", option}), kBase);
    }
    CHECK_EQ(used({"wacli", "--store", "/home/u/.wacli/accounts/biz", "sync"}), kBiz);
    CHECK_MESSAGE(used({"wacli", "--store", "/home/u/.wac", "sync"}) == "",
                  "a store is taken for another whose name begins with it");
    CHECK_EQ(used({"wacli", "--store", "/", "sync"}), "");
  }

  TEST_CASE("uses the store of the account that it is told") {
    CHECK_EQ(used({"wacli", "--account", "biz", "sync"}), kBiz);
    CHECK_EQ(used({"wacli", "sync", "--account=biz"}), kBiz);
    CHECK_EQ(used({"wacli", "--account=gone", "sync"}), "");
  }

  TEST_CASE("is told its store by a variable, unless its words say another") {
    const Variables variables = {{"WACLI_STORE_DIR", "/home/u/.wacli/accounts/biz/"}};
    CHECK_EQ(used({"wacli", "sync"}, variables), kBiz);
    CHECK_EQ(used({"wacli", "--store=/home/u/.wacli", "sync"}, variables), kBase);
    CHECK_EQ(used({"wacli", "--account", "default", "sync"}, variables), kBase);
  }

  TEST_CASE("may use any, where the words leave it open") {
    CHECK_EQ(used({"wacli", "--store", "accounts/biz", "sync"}), "wacli/biz, wacli/default");
    CHECK_EQ(used({"wacli", "sync"}, {{"WACLI_STORE_DIR", "wacli"}}), "wacli/biz, wacli/default");
  }

  TEST_CASE("is known however it is started") {
    for (const Words& words : std::vector<Words>{{"/opt/wacli/bin/wacli", "--account=biz"},
                                                 {"env", "A=1", "wacli", "--account=biz"},
                                                 {"nice", "wacli", "sync", "--account=biz"}}) {
      CHECK_EQ(used(words), kBiz);
    }
  }
}

TEST_CASE("a command behind env is known however much is set, and what is set counts") {
  CHECK_EQ(used({"env", "-i", "A=1", "B=/x", "C=1", "D=1", "openclaw", "gateway"}),
           kDefaultProfile);
  CHECK_EQ(used({"env", "OPENCLAW_PROFILE=work", "openclaw", "gateway"}), kWork);
  CHECK_EQ(used({"env", "WACLI_STORE_DIR=/home/u/.wacli", "wacli", "sync"}), kBase);
}

TEST_CASE("a command of neither uses nothing that is known") {
  for (const Words& words : std::vector<Words>{{},
                                               {""},
                                               {"node", "bot.js", "--profile", "work"},
                                               {"/srv/bot", "--store", "/home/u/.wacli"},
                                               {"openclawd", "gateway"},
                                               {"my-wacli", "sync"},
                                               {"wacli.sh", "--account=biz"}}) {
    CHECK_EQ(used(words, {{"OPENCLAW_PROFILE", "work"}, {"WACLI_STORE_DIR", "/home/u/.wacli"}}),
             "");
  }
}

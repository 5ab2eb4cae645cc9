#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/machine.h"

using namespace wasession::test;
using Ids = std::vector<std::string>;

namespace {

const std::string kRegistry = "home/.local/state/wasession/registry.db";

/// Stores in OpenClaw's own place, below `bots` and below `more`.
struct Scattered {
  Machine machine;

  Scattered() {
    machine.add_baileys("home/.openclaw/credentials/whatsapp/default", "v9-copy-A");
    machine.add_baileys("bots/lab", "v6-linked-msgs");
    machine.add_baileys("more/deep/er/bot", "v14-linked-msgs");
  }
};

}  // namespace

TEST_CASE("without a root only the tools' own places are looked at") {
  CHECK(ids_of(Scattered().machine.list()) == Ids{"openclaw/default"});
}

TEST_CASE("--root adds directories, as often as it is given") {
  const Scattered scattered;
  const Machine& machine = scattered.machine;
  CHECK(ids_of(machine.list({"--root", machine.path("bots"), "--root", machine.path("more")})) ==
        Ids{"baileys/bot", "baileys/lab", "openclaw/default"});
}

TEST_CASE("a relative --root counts from the working directory") {
  const Scattered scattered;
  RunOptions here;
  here.working_directory = scattered.machine.path("more");
  const Run run = scattered.machine.run({"list", "--json", "--only-root", "--root", "deep"}, here);
  CHECK(ids_of(nlohmann::json::parse(run.out)) == Ids{"baileys/bot"});
}

TEST_CASE("--root may name a database itself") {
  const Machine machine;
  if (!machine.add_shared("old", "v11")) return;
  CHECK(ids_of(machine.list({"--only-root", "--root", machine.path("old/session.db")})) ==
        Ids{"whatsmeow/session"});
}

TEST_CASE("WASESSION_PATH names roots, separated by colons") {
  Scattered scattered;
  Machine& machine = scattered.machine;
  machine.environment["WASESSION_PATH"] = machine.path("bots") + "::" + machine.path("more");
  CHECK(ids_of(machine.list()) == Ids{"baileys/bot", "baileys/lab", "openclaw/default"});
  CHECK(ids_of(machine.list({"--only-root"})) == Ids{"baileys/bot", "baileys/lab"});
}

TEST_CASE("roots that overlap, or lead there by a link, show a store once") {
  const Scattered scattered;
  const Machine& machine = scattered.machine;
  machine.files().make_link("shortcut", machine.path("bots"));
  CHECK(ids_of(machine.list({"--only-root", "--root", machine.path("bots"), "--root",
                             machine.path("bots/lab"), "--root", machine.path("shortcut")})) ==
        Ids{"baileys/lab"});
}

TEST_CASE("--only-root looks nowhere else and writes no registry") {
  const Scattered scattered;
  const Machine& machine = scattered.machine;
  CHECK(ids_of(machine.list({"--root", machine.path("bots")})) ==
        Ids{"baileys/lab", "openclaw/default"});
  REQUIRE(std::filesystem::remove(machine.path(kRegistry)));
  std::filesystem::remove_all(machine.path("home/.local"));
  CHECK(ids_of(machine.list({"--only-root", "--root", machine.path("bots")})) ==
        Ids{"baileys/lab"});
  CHECK_MESSAGE(!std::filesystem::exists(machine.path("home/.local")),
                "--only-root wrote into the home directory");
}

TEST_CASE("--only-root does not look at what the registry remembers") {
  const Scattered scattered;
  const Machine& machine = scattered.machine;
  machine.list({"--root", machine.path("bots")});
  CHECK(ids_of(machine.list({"--only-root", "--root", machine.path("more")})) ==
        Ids{"baileys/bot"});
}

TEST_CASE("a root that is not there is a warning that names it, and hides nothing") {
  const Scattered scattered;
  const Machine& machine = scattered.machine;
  const Run run =
      machine.run({"list", "--root", machine.path("nowhere"), "--root", machine.path("bots")});
  CHECK(run.exit_status == 0);
  CHECK(run.err.find(machine.path("nowhere")) != std::string::npos);
  CHECK(run.out.find("baileys/lab") != std::string::npos);
}

TEST_CASE("an empty --root is wrong usage, not the working directory") {
  const Run run = Machine().run({"list", "--only-root", "--root", ""});
  CHECK(run.exit_status == 2);
  CHECK(run.err.find("--root") != std::string::npos);
}

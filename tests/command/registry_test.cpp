#include <filesystem>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/machine.h"

using namespace wasession::test;
using Ids = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

const std::string kDirectory = "home/.local/state/wasession";
const std::string kRegistry = kDirectory + "/registry.db";

/// One bot outside of every usual place, and one in OpenClaw's.
struct Bot {
  Machine machine;

  Bot() {
    machine.add_baileys("home/.openclaw/credentials/whatsapp/default", "v9-copy-A");
    machine.add_baileys("bots/lab", "v6-linked-msgs");
  }

  Run run(const Ids& more = {}) const {
    Ids arguments = {"list", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return machine.run(arguments);
  }

  /// Status 0 and the store in OpenClaw's place, whatever became of the registry.
  Ids answered(const Run& run) const {
    CHECK_MESSAGE(run.exit_status == 0, "the registry cost the answer: ", run.err);
    return ids_of(nlohmann::json::parse(run.out));
  }

  Run run_with_bots() const { return run({"--root", machine.path("bots")}); }
};

const Ids kBoth = {"baileys/lab", "openclaw/default"};

}  // namespace

TEST_CASE("a store seen once below a root is found again without it") {
  const Bot bot;
  CHECK(bot.answered(bot.run_with_bots()) == kBoth);
  const Run again = bot.run();
  CHECK(bot.answered(again) == kBoth);
  CHECK(again.err == "");
}

TEST_CASE("the registry is private to its user") {
  const Bot bot;
  bot.run_with_bots();
  struct stat status {};
  REQUIRE(::stat(bot.machine.path(kRegistry).c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  REQUIRE(::stat(bot.machine.path(kDirectory).c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
}

TEST_CASE("a store that is gone is no session and no noise") {
  const Bot bot;
  bot.run_with_bots();
  fs::remove_all(bot.machine.path("bots"));
  const Run run = bot.run();
  CHECK(bot.answered(run) == Ids{"openclaw/default"});
  CHECK(run.err == "");
}

TEST_CASE("a machine on which nothing is unusual has no stores in its registry") {
  const Machine machine;
  machine.add_baileys("home/.openclaw/credentials/whatsapp/default", "v9-copy-A");
  const Run run = machine.run({"list"});
  CHECK(run.exit_status == 0);
  CHECK(run.err == "");
  SQLite::Database registry(machine.path(kRegistry), SQLite::OPEN_READONLY);
  CHECK(registry.execAndGet("SELECT count(*) FROM store").getInt() == 0);
  CHECK(registry.execAndGet("SELECT count(*) FROM session").getInt() == 1);
}

TEST_CASE("a damaged registry stands until it is told to go: a look for completions is no news") {
  const Machine machine;
  machine.add_baileys("home/.openclaw/credentials/whatsapp/default", "v9-copy-A");
  const std::string registry = machine.files().write_file(kRegistry, "not a database");
  for (const char* command : {"list", "who-holds", "doctor"}) {
    machine.run({command});
    CHECK_MESSAGE(fs::file_size(registry) == 14, command, " set the registry aside");
  }
  const Run doctor = machine.run({"doctor"});
  CHECK_MESSAGE(doctor.out.find("registry-damaged") != std::string::npos, doctor.out);
}

TEST_CASE("a damaged registry costs a warning, is set aside, and works again") {
  const Bot bot;
  bot.machine.files().write_file(kRegistry, std::string(5000, 'x'));
  fs::permissions(bot.machine.path(kDirectory), fs::perms(0700));
  fs::permissions(bot.machine.path(kRegistry), fs::perms(0600));
  const Run run = bot.run_with_bots();
  CHECK(bot.answered(run) == kBoth);
  CHECK_MESSAGE(run.err.find("registry.db") != std::string::npos, "no warning: ", run.err);
  const Run again = bot.run();
  CHECK(bot.answered(again) == kBoth);
  CHECK(again.err == "");
  bool kept = false;
  for (const auto& entry : fs::directory_iterator(bot.machine.path(kDirectory))) {
    kept = kept || entry.path().filename().string().starts_with("registry.db.damaged-");
  }
  CHECK_MESSAGE(kept, "the damaged registry was not kept");
}

TEST_CASE("a registry that can't be read or written costs a warning, and others use it no more") {
  const Bot bot;
  bot.run_with_bots();
  bot.machine.add_baileys("bots/new", "v14-linked-msgs");
  fs::permissions(bot.machine.path(kRegistry), fs::perms(0400));
  fs::permissions(bot.machine.path(kDirectory), fs::perms(0500));
  const Run run = bot.run_with_bots();
  CHECK(bot.answered(run) == Ids{"baileys/lab", "baileys/new", "openclaw/default"});
  CHECK_MESSAGE(run.err.find("registry") != std::string::npos, "no warning: ", run.err);
  CHECK_MESSAGE(bot.answered(bot.run()) == kBoth, "a read-only registry was not read");
  fs::permissions(bot.machine.path(kDirectory), fs::perms(0000));
  CHECK(bot.answered(bot.run_with_bots()) == Ids{"baileys/lab", "baileys/new", "openclaw/default"});
  fs::permissions(bot.machine.path(kDirectory), fs::perms(0700));
}

TEST_CASE("a read-only home costs a warning, not the answer") {
  const Bot bot;
  fs::permissions(bot.machine.home(), fs::perms(0555));
  const Run run = bot.run_with_bots();
  CHECK(bot.answered(run) == kBoth);
  CHECK_MESSAGE(run.err.find("warning") != std::string::npos, "no warning: ", run.err);
  fs::permissions(bot.machine.home(), fs::perms(0755));
}

TEST_CASE("a directory, a link and another program's database are not overwritten as a registry") {
  const Bot bot;
  const Machine& machine = bot.machine;
  SUBCASE("a directory") {
    machine.files().make_directory(kRegistry);
  }
  SUBCASE("a link") {
    machine.files().write_file("victim", "precious");
    machine.files().make_link(kRegistry, machine.path("victim"));
  }
  const Run run = bot.run_with_bots();
  CHECK(bot.answered(run) == kBoth);
  CHECK_MESSAGE(run.err.find("registry") != std::string::npos, "no warning: ", run.err);
  if (fs::exists(machine.path("victim"))) CHECK(fs::file_size(machine.path("victim")) == 8);
}

TEST_CASE("--registry, then WASESSION_REGISTRY, then XDG_STATE_HOME say where the registry is") {
  Bot bot;
  Machine& machine = bot.machine;
  machine.environment["XDG_STATE_HOME"] = machine.path("state");
  bot.run_with_bots();
  CHECK(fs::exists(machine.path("state/wasession/registry.db")));
  machine.environment["WASESSION_REGISTRY"] = machine.path("by-variable/registry.db");
  CHECK(bot.answered(bot.run()) == Ids{"openclaw/default"});
  bot.run_with_bots();
  CHECK(fs::exists(machine.path("by-variable/registry.db")));
  const std::string option = machine.path("by-option.db");
  bot.run({"--root", machine.path("bots"), "--registry", option});
  CHECK(fs::exists(option));
  CHECK(bot.answered(bot.run({"--registry", option})) == kBoth);
  CHECK_MESSAGE(!fs::exists(machine.path(kRegistry)), "it was written in the usual place as well");
}

TEST_CASE("without HOME the roots are still looked at") {
  Bot bot;
  bot.machine.environment.erase("HOME");
  const Run run = bot.run_with_bots();
  CHECK(run.exit_status == 0);
  CHECK(ids_of(nlohmann::json::parse(run.out)) == Ids{"baileys/lab"});
}

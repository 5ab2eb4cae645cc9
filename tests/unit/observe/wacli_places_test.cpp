#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe/places/wacli.h"
#include "observe/places/wacli_config.h"

using namespace wasession;
using namespace wasession::observe;

namespace {

namespace fs = std::filesystem;

/// A home directory in a directory of its own that vanishes.
class Machine {
 public:
  Machine() {
    std::string name = (fs::temp_directory_path() / "wasession-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    root_ = fs::canonical(name);
    environment.home = path("home/alice");
    environment.working_directory = path("work");
    fs::create_directories(environment.home);
    fs::create_directories(environment.working_directory);
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  std::string path(const std::string& name) const { return (root_ / name).string(); }

  void write(const std::string& name, const std::string& text = "") const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
  }

  /// `wacli/NAME path` of each place in order, with `?` behind one that nothing configures.
  std::vector<std::string> places() {
    const Places found = wacli_places(environment);
    warnings = found.warnings;
    std::vector<std::string> lines;
    for (const Place& place : found.places) {
      CHECK_EQ(place.tool, Tool::wacli);
      CHECK_EQ(place.kind, StoreKind::whatsmeow_database);
      lines.push_back(place.name + (place.configured ? " " : "? ") +
                      fs::path(place.path).lexically_relative(root_).string());
    }
    return lines;
  }

  Environment environment;
  std::vector<Warning> warnings;

 private:
  fs::path root_;
};

using Lines = std::vector<std::string>;

bool mentions(const std::vector<Warning>& warnings, const std::string& path,
              const std::string& words) {
  return std::any_of(warnings.begin(), warnings.end(), [&](const Warning& warning) {
    return warning.path == path && warning.what.find(words) != std::string::npos;
  });
}

}  // namespace

TEST_SUITE("where wacli keeps its stores") {
  TEST_CASE("a machine without wacli has no places and no warnings") {
    Machine machine;
    CHECK_EQ(machine.places(), Lines{});
    machine.environment.home = "";
    CHECK_EQ(machine.places(), Lines{});
    CHECK(machine.warnings.empty());
  }

  TEST_CASE("an old and a new base directory are both found: both may hold live credentials") {
    Machine machine;
    machine.write("home/alice/.wacli/session.db");
    machine.write("home/alice/.local/state/wacli/session.db");
    machine.write("state/wacli/session.db");
    machine.environment.variables["XDG_STATE_HOME"] = machine.path("state");
    CHECK_EQ(machine.places(), Lines{"default state/wacli/session.db",
                                     "default home/alice/.local/state/wacli/session.db",
                                     "default home/alice/.wacli/session.db"});
    const Places found = wacli_places(machine.environment);
    const auto front = [](const Place& place) {
      return place.qualifiers.at(0) + "/" + place.qualifiers.at(1);
    };
    CHECK_EQ(front(found.places[0]), "wacli/state");
    CHECK_EQ(front(found.places[1]), "wacli/state");
    CHECK_EQ(found.places[1].qualifiers.at(2), ".local");
    CHECK_EQ(front(found.places[2]), ".wacli/alice");
  }

  TEST_CASE("a relative XDG_STATE_HOME is ignored, as wacli ignores it") {
    Machine machine;
    machine.write("work/state/wacli/session.db");
    machine.environment.variables["XDG_STATE_HOME"] = "state";
    CHECK_EQ(machine.places(), Lines{});
  }

  TEST_CASE("accounts come from config.yaml, also before their first database, then the orphans") {
    Machine machine;
    machine.write("home/alice/.wacli/session.db");
    machine.write("home/alice/.wacli/config.yaml",
                  "default_account: work\n"
                  "accounts:\n"
                  "  work: { store: accounts/work, label: Work phone, new_key: [1, 2] }\n"
                  "  plain:\n"
                  "  absolute: { store: " +
                      machine.path("elsewhere") +
                      " }\n"
                      "  unborn: { store: later }\n");
    machine.write("home/alice/.wacli/accounts/work/session.db");
    machine.write("home/alice/.wacli/accounts/plain/session.db");
    machine.write("home/alice/.wacli/accounts/removed/session.db");
    machine.write("home/alice/.wacli/accounts/empty/LOCK");
    machine.write("home/alice/.wacli/accounts/a file");
    machine.write("elsewhere/session.db");
    CHECK_EQ(machine.places(),
             Lines{"default home/alice/.wacli/session.db",
                   "work home/alice/.wacli/accounts/work/session.db",
                   "plain home/alice/.wacli/accounts/plain/session.db",
                   "absolute elsewhere/session.db", "unborn home/alice/.wacli/later/session.db",
                   "removed? home/alice/.wacli/accounts/removed/session.db"});
    CHECK(machine.warnings.empty());
  }

  TEST_CASE("one database reached by two ways is one place with its configured name") {
    Machine machine;
    machine.write("home/alice/.local/state/wacli/session.db");
    machine.write("home/alice/.local/state/wacli/accounts/orphan/session.db");
    machine.write("home/alice/.local/state/wacli/config.yaml",
                  "accounts: { a: { store: shared }, b: { store: ./shared/ }, c: { store: . } }");
    fs::create_symlink(machine.path("home/alice/.local/state/wacli"),
                       machine.path("home/alice/.wacli"));
    CHECK_EQ(machine.places(),
             Lines{"default home/alice/.local/state/wacli/session.db",
                   "a home/alice/.local/state/wacli/shared/session.db",
                   "orphan? home/alice/.local/state/wacli/accounts/orphan/session.db"});
    machine.environment.variables["WACLI_STORE_DIR"] =
        machine.path("home/alice/.wacli/accounts/orphan/");
    CHECK_EQ(machine.places().back(), "orphan home/alice/.wacli/accounts/orphan/session.db");
    CHECK_EQ(machine.places().size(), 3);
  }

  TEST_CASE("WACLI_STORE_DIR names a store, a relative one from the working directory") {
    Machine machine;
    machine.write("bots/sales/session.db");
    machine.write("work/local/session.db");
    machine.environment.variables["WACLI_STORE_DIR"] = machine.path("bots/sales");
    CHECK_EQ(machine.places(), Lines{"sales bots/sales/session.db"});
    machine.environment.variables["WACLI_STORE_DIR"] = "local";
    CHECK_EQ(machine.places(), Lines{"local work/local/session.db"});
    machine.environment.variables["WACLI_STORE_DIR"] = machine.path("nowhere");
    CHECK_EQ(machine.places(), Lines{});
  }

  TEST_CASE("other users' homes are looked into when they are given") {
    Machine machine;
    machine.write("home/bob/.wacli/session.db");
    machine.write("home/carol/.local/state/wacli/accounts/x/session.db");
    machine.environment.other_homes = {machine.path("home/bob"), machine.path("home/carol"),
                                       machine.path("home/nobody")};
    CHECK_EQ(machine.places(), Lines{"default home/bob/.wacli/session.db",
                                     "x? home/carol/.local/state/wacli/accounts/x/session.db"});
  }

  TEST_CASE("a broken config.yaml costs a warning with the line and hides no store") {
    struct Case {
      const char* text;
      const char* words;
    };
    const Case cases[] = {
        {"accounts:\n  work: {store: a\n", "line "},
        {"accounts:\n\twork: x\n", "line 2: "},
        {"a: b\naccounts: [work]\n", "line 2: `accounts` is not a mapping"},
        {"- work\n", "line 1: is not a mapping"},
        {"accounts:\n  good:\n  ../up:\n", "line 3: an account's name"},
        {"accounts:\n  \"nul\\0byte\":\n", "line 2: an account's name"},
        {"accounts:\n  [a, b]: c\n", "line 2: an account's name"},
        {"accounts:\n  text: path\n", "line 2: account 'text' is not a mapping"},
        {"accounts:\n  list:\n    store: [a]\n", "line 3: the `store` of account 'list'"},
        {"accounts: *nowhere\n", "line 1: "},
    };
    for (const Case& broken : cases) {
      CAPTURE(broken.text);
      Machine machine;
      machine.write("home/alice/.wacli/config.yaml", broken.text);
      machine.write("home/alice/.wacli/session.db");
      machine.write("home/alice/.wacli/accounts/work/session.db");
      const Lines lines = machine.places();
      REQUIRE_GE(lines.size(), 2);
      CHECK_EQ(lines.front(), "default home/alice/.wacli/session.db");
      CHECK_EQ(lines.back(), "work? home/alice/.wacli/accounts/work/session.db");
      const std::string config = machine.path("home/alice/.wacli/config.yaml");
      REQUIRE_FALSE(machine.warnings.empty());
      CHECK_MESSAGE(mentions(machine.warnings, config, broken.words), machine.warnings[0].what);
    }
  }

  TEST_CASE("a config.yaml that is a FIFO, a directory or huge is a warning, not a hang") {
    const std::string name = "home/alice/.wacli/config.yaml";
    for (const char* kind : {"a FIFO", "a directory", "larger than 1 MiB", "can't be read"}) {
      CAPTURE(kind);
      Machine machine;
      machine.write("home/alice/.wacli/session.db");
      if (kind == std::string("a FIFO")) REQUIRE_EQ(::mkfifo(machine.path(name).c_str(), 0600), 0);
      if (kind == std::string("a directory")) fs::create_directory(machine.path(name));
      if (kind == std::string("larger than 1 MiB"))
        machine.write(name, std::string((1 << 20) + 1, '#'));
      if (kind == std::string("can't be read"))
        fs::create_symlink("config.yaml", machine.path(name));
      CHECK_EQ(machine.places().size(), 1);
      CHECK(mentions(machine.warnings, machine.path(name), kind));
    }
  }

  TEST_CASE("hostile YAML ends: alias bombs, deep nesting, a megabyte of anything") {
    constexpr std::size_t kMegabyte = std::size_t{1} << 20;
    std::string bomb = "accounts:\n  a0: &a0 {store: x}\n";
    for (int i = 1; i < 64; ++i) {
      bomb += "  a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
      for (int k = 0; k < 9; ++k) bomb += "*a" + std::to_string(i - 1) + ", ";
      bomb += "]\n";
    }
    CHECK_EQ(parse_wacli_config(bomb, "c").accounts.size(), 1);
    CHECK_EQ(parse_wacli_config("accounts: &a { a: *a }", "c").accounts.size(), 1);
    const auto repeat = [](const std::string& text, std::size_t size) {
      std::string all;
      while (all.size() < size) all += text;
      return all;
    };
    for (const char* text :
         {"[",   "{",   "{a: ", "- ", "- - ", "? ", "&a ", "*a ",    "!t ",  "\"", "'",
          "a: ", "|\n", ": ",   "\n", "\xff", "\\", "a,",  "--- \n", "%A\n", "#"}) {
      CAPTURE(text);
      parse_wacli_config(repeat(text, kMegabyte), "c");
      parse_wacli_config("accounts: " + repeat(text, kMegabyte), "c");
    }
    std::string many = "accounts:\n";
    for (int i = 0; i < 20'000; ++i) many += "  a" + std::to_string(i) + ":\n";
    const WacliConfig config = parse_wacli_config(many, "c");
    CHECK_EQ(config.accounts.size(), 10'000);
    CHECK(mentions(config.warnings, "c", "more than 10000 accounts"));
  }

  TEST_CASE("no mutation of a config.yaml ends the command or leaves a path unsafe") {
    const std::string sound =
        "default_account: work\naccounts:\n  work: { store: accounts/work, label: \"Work\\n\" }\n"
        "  other: &x\n    store: '/srv/other'\n  third: *x\n";
    std::mt19937 random(19);
    for (int round = 0; round < 20'000; ++round) {
      std::string text = sound;
      for (auto changes = random() % 6 + 1; changes > 0; --changes) {
        const std::size_t where = random() % text.size();
        if (random() % 3 == 0) {
          text.insert(where, text.substr(random() % text.size(), random() % 12));
        } else {
          text[where] = random() % 2 ? "[]{}&*!|>'\"%@`#,?:-\n\t "[random() % 23]
                                     : static_cast<char>(random());
        }
      }
      for (const WacliAccount& account : parse_wacli_config(text, "c").accounts) {
        CHECK_FALSE(account.name.empty());
        CHECK_EQ(account.name.find('/'), std::string::npos);
        CHECK_EQ((account.name + account.store).find('\0'), std::string::npos);
      }
    }
  }
}

TEST_SUITE("a database that a search came upon") {
  TEST_CASE("is a wacli store when wacli's other files lie beside it") {
    for (const char* neighbour : {"wacli.db", "LOCK", "HEARTBEAT"}) {
      CAPTURE(neighbour);
      Machine machine;
      machine.write("srv/bot/session.db");
      CHECK_FALSE(wacli_place_at(machine.path("srv/bot/session.db")));
      machine.write(std::string("srv/bot/") + neighbour);
      const auto place = wacli_place_at(machine.path("srv/bot/session.db"));
      REQUIRE(place);
      CHECK_EQ(place->name, "bot");
      CHECK_EQ(place->tool, Tool::wacli);
      CHECK_FALSE(place->configured);
      CHECK_EQ(place->qualifiers.at(0), "srv");
      CHECK_FALSE(wacli_place_at(machine.path(std::string("srv/bot/") + neighbour)));
    }
  }

  TEST_CASE("has the name that the rules would give it") {
    Machine machine;
    for (const char* name : {"backup/.wacli", "backup/.wacli/accounts/work", "copy"}) {
      machine.write(std::string(name) + "/session.db");
      machine.write(std::string(name) + "/LOCK");
    }
    machine.write("copy/config.yaml");
    auto place = wacli_place_at(machine.path("backup/.wacli/session.db"));
    REQUIRE(place);
    CHECK_EQ(place->name, "default");
    CHECK_EQ(place->qualifiers.at(0), ".wacli");
    place = wacli_place_at(machine.path("backup/.wacli/accounts/work/session.db"));
    REQUIRE(place);
    CHECK_EQ(place->name, "work");
    CHECK_EQ(place->qualifiers.at(0), ".wacli");
    place = wacli_place_at(machine.path("copy/session.db"));
    REQUIRE(place);
    CHECK_EQ(place->name, "default");
    CHECK_EQ(place->qualifiers.at(0), "copy");
  }
}

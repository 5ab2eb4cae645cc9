#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/machine.h"

using namespace wasession::test;
using Ids = std::vector<std::string>;

namespace {

/// Two copies of one credential, a linked device, and a pending one, below bots/.
struct Bots {
  Machine machine;

  Bots() {
    machine.add_baileys("bots/lab", "v6-linked-msgs");
    machine.add_baileys("bots/one", "v9-copy-A");
    machine.add_baileys("bots/two", "v9-copy-B");
    machine.add_baileys("bots/soon", "v9-pairing-code-pending");
  }

  Run run(const Ids& selectors, const RunOptions& options = {}) const {
    Ids arguments = {"list", "--json", "--only-root", "--root", machine.path("bots")};
    arguments.insert(arguments.end(), selectors.begin(), selectors.end());
    return machine.run(arguments, options);
  }

  Ids chosen(const Ids& selectors, const RunOptions& options = {}) const {
    const Run done = run(selectors, options);
    REQUIRE_MESSAGE(done.exit_status == 0, "ended with ", done.exit_status, ": ", done.err);
    return ids_of(nlohmann::json::parse(done.out));
  }
};

const Ids kCopies = {"baileys/one", "baileys/two"};

}  // namespace

TEST_CASE("a session is chosen by its id") {
  CHECK(Bots().chosen({"baileys/lab"}) == Ids{"baileys/lab"});
}

TEST_CASE("sessions are chosen by a glob over ids") {
  const Bots bots;
  CHECK(bots.chosen({"baileys/*o*"}) == Ids{"baileys/one", "baileys/soon", "baileys/two"});
  CHECK(bots.chosen({"*/t?o"}) == Ids{"baileys/two"});
}

TEST_CASE("sessions are chosen by phone number, however it is written") {
  const Bots bots;
  CHECK(bots.chosen({"15550001111"}) == kCopies);
  CHECK(bots.chosen({"+1 555-000-1111"}) == kCopies);
  CHECK(bots.chosen({"15559990000"}) == Ids{"baileys/soon"});
}

TEST_CASE("a fingerprint's beginning chooses every copy of that credential") {
  const Bots bots;
  CHECK(bots.chosen({"3a4b"}) == kCopies);
  CHECK(bots.chosen({"1C74CEC16228"}) == Ids{"baileys/lab"});
  CHECK(bots.run({"3a4"}).exit_status == 2);
}

TEST_CASE("a store is chosen by its path, absolute, relative, or the directory above") {
  const Bots bots;
  const std::string lab = bots.machine.path("bots/lab");
  CHECK(bots.chosen({lab}) == Ids{"baileys/lab"});
  CHECK(bots.chosen({lab + "/"}) == Ids{"baileys/lab"});
  RunOptions here;
  here.working_directory = bots.machine.path("bots");
  CHECK(bots.chosen({"./lab"}, here) == Ids{"baileys/lab"});
  CHECK(bots.chosen({"./one/../two"}, here) == Ids{"baileys/two"});
  CHECK(bots.chosen({"."}, here).size() == 4);
  here.working_directory = lab;
  CHECK(bots.chosen({"."}, here) == Ids{"baileys/lab"});
  CHECK(bots.chosen({".."}, here).size() == 4);
}

TEST_CASE("a path below ~ means the home directory") {
  Bots bots;
  bots.machine.add_baileys("home/bot", "v9-linked-msgs");
  CHECK(bots.chosen({"~/bot"}) == Ids{"baileys/bot"});
}

TEST_CASE("a store outside of every place is found when its path is the SESSION") {
  Bots bots;
  bots.machine.add_baileys("elsewhere/bot", "v9-linked-msgs");
  CHECK(bots.chosen({bots.machine.path("elsewhere/bot")}) == Ids{"baileys/bot"});
}

TEST_CASE("an empty directory named by its path is an unpaired session") {
  Bots bots;
  const std::string path = bots.machine.files().make_directory("waiting");
  const Run run = bots.run({path});
  REQUIRE_MESSAGE(run.exit_status == 0, run.err);
  const auto session = session_of(nlohmann::json::parse(run.out), "baileys/waiting");
  CHECK(session["state"] == "unpaired");
  CHECK(session["problems"] == nlohmann::json::array());
}

TEST_CASE("several selectors choose all of theirs, each session once") {
  CHECK(Bots().chosen({"baileys/two", "15550001111", "1c74"}) ==
        Ids{"baileys/lab", "baileys/one", "baileys/two"});
}

TEST_CASE("a session that is not there ends with 2 and the nearest names") {
  const Bots bots;
  const Run run = bots.run({"baileys/lob"});
  CHECK(run.exit_status == 2);
  CHECK(run.out == "");
  CHECK_MESSAGE(run.err.find("no session matches 'baileys/lob'") != std::string::npos, run.err);
  CHECK_MESSAGE(run.err.find("baileys/lab") != std::string::npos, "no nearest name: ", run.err);
  CHECK(bots.run({bots.machine.path("nowhere")}).exit_status == 2);
  CHECK_MESSAGE(bots.run({"baileys/lab", "baileys/lob"}).exit_status == 2,
                "one wrong name among right ones went unnoticed");
}

TEST_CASE("an id's beginning that means several credentials ends with 2 and the list") {
  const Run run = Bots().run({"baileys/"});
  CHECK(run.exit_status == 2);
  for (const char* id : {"baileys/lab", "baileys/one", "baileys/soon", "baileys/two"}) {
    CHECK_MESSAGE(run.err.find(id) != std::string::npos, "not listed: ", id, " in ", run.err);
  }
}

TEST_CASE("the copies of a chosen session are named although they were not chosen") {
  const Bots bots;
  const auto list = nlohmann::json::parse(bots.run({"baileys/one"}).out);
  REQUIRE(list["sessions"].size() == 1);
  CHECK(list["sessions"][0]["same_credential_as"] == nlohmann::json{"baileys/two"});
}

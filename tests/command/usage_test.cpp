#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/machine.h"

using namespace wasession::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void check_wrong_usage(const std::vector<std::string>& arguments, const std::string& named) {
  const Machine machine;
  machine.add_baileys("bots/lab", "v6-linked-msgs");
  const Run run = machine.run(arguments);
  INFO("stderr: ", run.err);
  CHECK_MESSAGE(run.exit_status == 2, "wrong usage ended with another status than 2");
  CHECK_MESSAGE(run.out == "", "wrong usage printed to stdout");
  CHECK_MESSAGE(contains(run.err, named), "the message does not say what is wrong with ", named);
}

}  // namespace

TEST_CASE("wrong usage ends with 2 and a message that names what is wrong") {
  SUBCASE("only options") {
    check_wrong_usage({"--json"}, "no command is given");
  }
  SUBCASE("unknown subcommand") {
    check_wrong_usage({"lst"}, "lst");
  }
  SUBCASE("unknown option") {
    check_wrong_usage({"list", "--colour"}, "--colour");
  }
  SUBCASE("unknown global option") {
    check_wrong_usage({"--nope", "list"}, "--nope");
  }
  SUBCASE("unknown column") {
    check_wrong_usage({"list", "--columns", "id,phoen"}, "phoen");
  }
  SUBCASE("unknown sort key") {
    check_wrong_usage({"list", "--sort", "size"}, "size");
  }
  SUBCASE("unsortable sort key") {
    check_wrong_usage({"list", "--sort", "jid"}, "jid");
  }
  SUBCASE("unknown colour") {
    check_wrong_usage({"--color", "sometimes", "list"}, "sometimes");
  }
  SUBCASE("a value is missing") {
    check_wrong_usage({"list", "--root"}, "--root");
  }
  SUBCASE("an empty column") {
    check_wrong_usage({"list", "--columns", ""}, "--columns");
  }
}

TEST_CASE("wasession alone shows what to type when something is broken") {
  const Machine machine;
  const Run run = machine.run({});
  CHECK(run.exit_status == 2);
  CHECK(run.err == "");
  for (const char* command : {"wasession doctor", "wasession who-holds",
                              "wasession disconnect --force", "wasession purge-creds"}) {
    CHECK_MESSAGE(contains(run.out, command), "not shown: ", command);
  }
}

TEST_CASE("a wrong word is answered with the near one, and with whose help to read") {
  const Machine machine;
  const auto answer = [&](const std::vector<std::string>& arguments) {
    return machine.run(arguments).err;
  };
  CHECK(answer({"lst"}) ==
        "wasession: no such command: lst; did you mean list? See wasession --help\n");
  CHECK(contains(answer({"purge"}), "did you mean purge-creds?"));
  CHECK(contains(answer({"dcotor"}), "did you mean doctor?"));
  CHECK(answer({"disconnect", "--forse"}) ==
        "wasession: no such option: --forse; did you mean --force? See wasession disconnect "
        "--help\n");
  CHECK(contains(answer({"list", "--colour=never"}), "did you mean --color?"));
  CHECK(contains(answer({"restore", "a", "b"}), "one word too many: b"));
  // Far from everything: better no advice than a wrong one.
  CHECK_FALSE(contains(answer({"frobnicate"}), "did you mean"));
  CHECK_FALSE(contains(answer({"re"}), "did you mean run"));
}

TEST_CASE("the message about a wrong column lists the right ones") {
  const Machine machine;
  const Run run = machine.run({"list", "--columns", "phoen"});
  for (const char* column : {"id", "phone", "fingerprint", "same-credential", "path"}) {
    CHECK_MESSAGE(contains(run.err, column), "not named: ", column);
  }
}

TEST_CASE("what is wrong on the command line is not echoed to the terminal as an escape code") {
  const Machine machine;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"list", "--sort", "\x1b[31mred"},
        {"list", "\x1b[2Jx"},
        {"list", "--\x1b[2J"},
        {"\x1b[2J"},
        {"--color", "\xe2\x80\xae", "list"}}) {
    const Run run = machine.run(arguments);
    CHECK(run.exit_status == 2);
    CHECK_MESSAGE(!contains(run.err, "\x1b"), "an escape code came through: ", run.err);
    CHECK_MESSAGE(!contains(run.err, "\xe2\x80\xae"), "a bidi override came through: ", run.err);
  }
}

TEST_CASE("help and version go to stdout and end with 0") {
  const Machine machine;
  const Run version = machine.run({"--version"});
  CHECK(version.exit_status == 0);
  CHECK(version.out.starts_with("wasession "));
  CHECK(machine.run({"list", "--version"}).out == version.out);
  const Run help = machine.run({"--help"});
  CHECK(help.exit_status == 0);
  CHECK(contains(help.out, "list"));
  CHECK(contains(help.out, "EXIT STATUS"));
  const Run list_help = machine.run({"list", "--help"});
  CHECK(list_help.exit_status == 0);
  CHECK(contains(list_help.out, "EXIT STATUS"));
  for (const char* option : {"--columns", "--sort", "--watch", "SESSION"}) {
    CHECK_MESSAGE(contains(list_help.out, option), "list --help does not name ", option);
  }
  CHECK(version.err + help.err + list_help.err == "");
}

TEST_CASE("global options may stand before and after the subcommand") {
  const Machine machine;
  machine.add_baileys("bots/lab", "v6-linked-msgs");
  const std::vector<std::string> global = {"--only-root", "--root", machine.path(),
                                           "--color",     "never",  "-q"};
  std::vector<std::string> before = global;
  before.push_back("list");
  std::vector<std::string> after = global;
  after.insert(after.begin(), "list");
  const Run first = machine.run(before);
  CHECK(first.exit_status == 0);
  CHECK(contains(first.out, "baileys/lab"));
  CHECK(machine.run(after).out == first.out);
}

TEST_CASE("-q says nothing on stderr, and -v says where it looked") {
  const Machine machine;
  machine.files().write_file("bots/cut/creds.json", "{\"noiseKey\":");
  const std::vector<std::string> list = {"list",         "--only-root", "--root",
                                         machine.path(), "--root",      machine.path("missing")};
  std::vector<std::string> quiet = list;
  quiet.push_back("-q");
  std::vector<std::string> verbose = list;
  verbose.push_back("-v");
  CHECK(contains(machine.run(list).err, "missing"));
  CHECK(machine.run(quiet).err == "");
  CHECK(contains(machine.run(verbose).err, "1 sessions found"));
}

#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include "report/escape.h"
#include "support/machine.h"

using namespace wasession::test;

namespace {

using Arguments = std::vector<std::string>;

constexpr std::array<unsigned short, 4> kWidths = {40, 80, 120, 200};

Arguments list_of(const Machine& machine, const Arguments& more = {}) {
  Arguments all = {"list", "--only-root", "--root", machine.path()};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

bool has_colour(const std::string& text) {
  return text.find("\x1b[") != std::string::npos;
}

/// One corrupt store, two copies, names of every width.
void add_mixed_stores(const Machine& machine) {
  machine.add_usual_stores();
  machine.add_baileys("bots/a directory with a name that is far too long for any column of a table",
                      "v9-logged-out-stale");
  machine.add_baileys("bots/\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97\xf0\x9f\x8e\x89",
                      "v9-pairing-code-pending");
  machine.files().write_file("bots/broken/creds.json", "{");
}

/// Lines that are rows of the table: not notes (`  ! …`), not the summary of copies below it.
std::vector<std::string> rows_of(const std::string& shown) {
  std::vector<std::string> rows;
  for (const std::string& line : lines_of(shown)) {
    if (line.empty()) break;
    if (!line.starts_with("  ! ") && !line.starts_with("wasession: ")) rows.push_back(line);
  }
  return rows;
}

}  // namespace

TEST_CASE("a full disk ends with 3 and a message, whatever was to be printed") {
  if (!std::filesystem::exists("/dev/full")) {
    MESSAGE("skipped: there is no /dev/full here");
    return;
  }
  const Machine machine;
  machine.add_usual_stores();
  RunOptions full;
  full.stdout_path = "/dev/full";
  for (const Arguments& arguments :
       {list_of(machine), list_of(machine, {"--json"}), Arguments{"--help"}, Arguments{"--version"},
        Arguments{"list", "--help"}, Arguments{"list", "--version"}}) {
    const Run run = machine.run(arguments, full);
    CAPTURE(nlohmann::json(arguments).dump());
    CHECK(run.exit_status == 3);
    CHECK_MESSAGE(run.err.find("No space left on device") != std::string::npos, run.err);
  }
}

TEST_CASE("a reader that has gone ends it without a word") {
  const Machine machine;
  machine.add_usual_stores();
  machine.run(list_of(machine));  // hands the machine over to the person who lists it
  for (const Arguments& more : {Arguments{}, Arguments{"--json"}}) {
    std::array<int, 2> out;
    std::array<int, 2> err;
    REQUIRE((::pipe(out.data()) == 0 && ::pipe(err.data()) == 0));
    ::close(out[0]);
    const pid_t child = ::fork();
    if (child == 0) {
      ::signal(SIGPIPE, SIG_DFL);
      ::dup2(out[1], STDOUT_FILENO);
      ::dup2(err[1], STDERR_FILENO);
      exec_wasession(list_of(machine, more), machine.environment, {});
    }
    ::close(out[1]);
    ::close(err[1]);
    std::array<char, 512> noise;
    const ssize_t count = ::read(err[0], noise.data(), noise.size());
    ::close(err[0]);
    CHECK_MESSAGE(count == 0, "said: ", std::string(noise.data(), noise.data() + count));
    CHECK(wait_for(child) == 128 + SIGPIPE);
  }
}

TEST_CASE("colour is for terminals, unless it is asked for or refused") {
  Machine machine;
  machine.add_usual_stores();
  machine.environment["TERM"] = "xterm";
  CHECK_FALSE(has_colour(machine.run(list_of(machine)).out));
  CHECK(has_colour(machine.run(list_of(machine, {"--color", "always"})).out));
  CHECK(has_colour(machine.run_on_terminal(80, list_of(machine)).shown));
  CHECK_FALSE(
      has_colour(machine.run_on_terminal(80, list_of(machine, {"--color", "never"})).shown));
  CHECK_FALSE(has_colour(machine.run(list_of(machine, {"--json", "--color", "always"})).out));
  machine.environment["NO_COLOR"] = "1";
  CHECK_FALSE(has_colour(machine.run_on_terminal(80, list_of(machine)).shown));
  CHECK(has_colour(machine.run_on_terminal(80, list_of(machine, {"--color", "always"})).shown));
  machine.environment["NO_COLOR"] = "";
  CHECK_MESSAGE(has_colour(machine.run_on_terminal(80, list_of(machine)).shown),
                "an empty NO_COLOR counts as unset (no-color.org)");
  machine.environment["TERM"] = "dumb";
  CHECK_FALSE(has_colour(machine.run_on_terminal(80, list_of(machine)).shown));
}

TEST_CASE("no row of the table is wider than the terminal") {
  Machine machine;
  add_mixed_stores(machine);
  machine.environment["TERM"] = "xterm";
  for (const unsigned short columns : kWidths) {
    for (const Arguments& more :
         {Arguments{}, Arguments{"--columns", "id,name,state,path"},
          Arguments{"--columns",
                    "id,tool,phone,lid,name,device,jid,fingerprint,state,activity,"
                    "linked,used,same-credential,path"}}) {
      const TerminalRun run = machine.run_on_terminal(columns, list_of(machine, more));
      CHECK(run.exit_status == 0);
      const auto rows = rows_of(without_colours(run.shown));
      CHECK_MESSAGE(rows.size() >= 9, "rows are missing: ", run.shown);
      for (const std::string& row : rows) {
        CHECK_MESSAGE(wasession::report::display_width(row) <= columns, "wider than a terminal of ",
                      columns, ": ", row);
      }
    }
  }
}

TEST_CASE("a narrow terminal still shows which session is which") {
  Machine machine;
  machine.add_baileys("bots/lab", "v6-linked-msgs");
  const TerminalRun run = machine.run_on_terminal(40, list_of(machine, {"--color", "never"}));
  CHECK(run.shown.find("baileys/lab") != std::string::npos);
  CHECK(run.shown.find("15550003006") != std::string::npos);
  CHECK(run.shown.find("linked") != std::string::npos);
}

TEST_CASE("colours cost no width: with them and without, the table is the same text") {
  Machine machine;
  add_mixed_stores(machine);
  // All default columns but USED, which may tick between the two looks.
  const std::string shown = "id,phone,device,fingerprint,state,same-credential,path";
  const auto in = [&](const char* colour) {
    return list_of(machine, {"--color", colour, "--columns", shown});
  };
  for (const unsigned short columns : kWidths) {
    const auto plain = machine.run_on_terminal(columns, in("never"));
    const auto coloured = machine.run_on_terminal(columns, in("always"));
    CHECK(without_colours(coloured.shown) == plain.shown);
  }
}

TEST_CASE("--watch shows the list again and again, until it is interrupted") {
  Machine machine;
  machine.add_baileys("bots/lab", "v6-linked-msgs");
  machine.run(list_of(machine));
  std::array<int, 2> out;
  REQUIRE(::pipe(out.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(out[1], STDOUT_FILENO);
    exec_wasession(list_of(machine, {"--watch", "--columns", "id"}), machine.environment, {});
  }
  ::close(out[1]);
  std::string shown;
  const auto times_shown = [&] {
    std::size_t times = 0;
    for (const std::string& line : lines_of(shown)) times += line == "baileys/lab" ? 1 : 0;
    return times;
  };
  std::array<char, 512> piece;
  while (times_shown() < 2) {
    const ssize_t count = ::read(out[0], piece.data(), piece.size());
    if (count <= 0) break;
    shown.append(piece.data(), static_cast<std::size_t>(count));
  }
  CHECK(times_shown() == 2);
  ::kill(child, SIGINT);
  ::close(out[0]);
  CHECK(wait_for(child) == 128 + SIGINT);
}

#include "observe/processes/procfs.h"

#include <random>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>

using namespace wasession::observe;

namespace {

std::string line(const std::string& name, char state, int parent, int terminal,
                 std::uint64_t start) {
  return fmt::format("4711 ({}) {} {} 1 1 {} -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 {} 99 100\n", name,
                     state, parent, terminal, start);
}

}  // namespace

TEST_SUITE("the status line of a process") {
  TEST_CASE("whatever a program calls itself, its parent and its start are read") {
    std::mt19937 random(20261122);
    const std::string alphabet = "a )(\n\t9S-";
    for (int round = 0; round < 2000; ++round) {
      std::string name;
      for (std::size_t i = random() % 16; i > 0; --i) name += alphabet[random() % alphabet.size()];
      const auto status = parse_status(line(name, 'S', 17, 34816, 123456789));
      REQUIRE_MESSAGE(status, "a process named '", name, "' can't be identified");
      CHECK(status->name == name);
      CHECK(status->parent == 17);
      CHECK(status->terminal == 34816);
      CHECK_MESSAGE(status->start == 123456789, "a wrong start time would name another process");
    }
  }

  TEST_CASE("a zombie is told from a live process") {
    CHECK(parse_status(line("node", 'Z', 1, 0, 5))->state == 'Z');
  }

  TEST_CASE("a line that is cut anywhere before the start time identifies nothing") {
    const std::string whole = line("node (x)", 'S', 1, 0, 5);
    const std::size_t start = whole.find(" 5 99");
    for (std::size_t length = 0; length < start; ++length) {
      CHECK_MESSAGE(!parse_status(whole.substr(0, length)), "cut after ", length, " bytes");
    }
  }
}

TEST_SUITE("what a descriptor's information says") {
  TEST_CASE("only an exclusive flock is wacli's lock") {
    const std::string head = "pos:\t0\nflags:\t02100002\nmnt_id:\t29\nino:\t5\n";
    CHECK(shows_exclusive_flock(head + "lock:\t1: FLOCK  ADVISORY  WRITE 12 fe:00:5 0 EOF\n"));
    CHECK_FALSE(shows_exclusive_flock(head));
    CHECK_FALSE(shows_exclusive_flock(head + "lock:\t1: FLOCK  ADVISORY  READ 12 fe:00:5 0 EOF\n"));
    CHECK_FALSE(
        shows_exclusive_flock(head + "lock:\t1: POSIX  ADVISORY  WRITE 12 fe:00:5 0 EOF\n"));
    CHECK_FALSE(shows_exclusive_flock("lock:\n"));
  }

  TEST_CASE("the open flags are octal, and tell reading from writing") {
    const auto flags = parse_open_flags("pos:\t0\nflags:\t0100002\n");
    REQUIRE(flags);
    CHECK((*flags & O_ACCMODE) == O_RDWR);
    CHECK_FALSE(parse_open_flags("pos:\t0\n"));
    CHECK_FALSE(parse_open_flags("flags:\tx\n"));
  }
}

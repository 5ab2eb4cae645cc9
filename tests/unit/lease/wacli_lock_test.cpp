// wacli's LOCK, taken so that no wacli gets onto the network (wacli.md section 3).
#include <regex>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "unit/lease/support.h"

using namespace wasession;
using namespace wasession::test;
using lease::Leases;

namespace {

constexpr const char* kOfWacli =
    "pid=12093\nacquired_at=2026-11-22T15:31:08.388467044Z\nand a line of a later version\n";

struct Wacli {
  LeaseFolder folder;
  std::string path = folder.root.write_file("wacli/LOCK", kOfWacli);
  std::vector<Warning> warnings;

  lease::Attempt attempt(Leases& leases) { return leases.take({Tool::wacli, path, 0}, warnings); }
  std::string take(Leases& leases) { return words(attempt(leases)); }
};

}  // namespace

TEST_SUITE("wacli's LOCK, taken by run,") {
  TEST_CASE("is held as wacli holds it, says who has it as wacli does, and is freed at the end") {
    Wacli wacli;
    {
      Leases leases(wacli.folder.path);
      CHECK(wacli.take(leases) == "taken");
      CHECK_FALSE(is_free(wacli.path));
      const std::regex two_lines(
          "pid=" + std::to_string(::getpid()) +
          R"(\nacquired_at=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\n)");
      CHECK_MESSAGE(std::regex_match(content_of(wacli.path), two_lines),
                    "a refused wacli shows: ", content_of(wacli.path));
      CHECK(wacli.take(leases) == "taken");
    }
    CHECK(is_free(wacli.path));
  }

  TEST_CASE("is made where there is none, for its owner only") {
    Wacli wacli;
    REQUIRE(::unlink(wacli.path.c_str()) == 0);
    Leases leases(wacli.folder.path);
    CHECK(wacli.take(leases) == "taken");
    CHECK(mode_of(wacli.path) == 0600);
    CHECK(entries_in(wacli.folder.root.path("wacli")) == 1);
  }

  TEST_CASE("that a wacli has is left as it is, and the answer names it") {
    Wacli wacli;
    const Locker other(wacli.path);
    Leases leases(wacli.folder.path);
    const lease::Attempt attempt = wacli.attempt(leases);
    CHECK(attempt.answer == lease::Answer::held);
    CHECK(attempt.why == "wacli's lock " + wacli.path + " is held");
    CHECK(content_of(wacli.path) == kOfWacli);
  }

  TEST_CASE("is no file behind a link, on the way or at its end") {
    Wacli wacli;
    const std::string victim = wacli.path;
    SUBCASE("the lock itself") {
      wacli.path = wacli.folder.root.make_link("store/LOCK", victim);
    }
    SUBCASE("its directory") {
      wacli.folder.root.make_link("store", wacli.folder.root.path("wacli"));
      wacli.path = wacli.folder.root.path("store/LOCK");
    }
    Leases leases(wacli.folder.path);
    const std::string answer = wacli.take(leases);
    CHECK_MESSAGE(answer.starts_with("cannot: can't open wacli's lock " + wacli.path), answer);
    CHECK(content_of(victim) == kOfWacli);
    CHECK(is_free(victim));
  }

  TEST_CASE("that is no file at all is told of, and does not make the command wait") {
    Wacli wacli;
    REQUIRE(::unlink(wacli.path.c_str()) == 0);
    SUBCASE("a FIFO") {
      REQUIRE(::mkfifo(wacli.path.c_str(), 0600) == 0);
    }
    SUBCASE("a directory") {
      REQUIRE(::mkdir(wacli.path.c_str(), 0700) == 0);
    }
    SUBCASE("in a directory that is gone") {
      std::filesystem::remove(wacli.folder.root.path("wacli"));
    }
    Leases leases(wacli.folder.path);
    const std::string answer = wacli.take(leases);
    CHECK_MESSAGE(answer.starts_with("cannot: can't open wacli's lock " + wacli.path), answer);
  }

  TEST_CASE("that another user made is held without a word in it, and told of when it can't be") {
    Wacli wacli;
    SUBCASE("it may be read") {
      REQUIRE(::chmod(wacli.path.c_str(), 0400) == 0);
      const std::string said = as_person(wacli.folder.root, [&] {
        Leases leases(wacli.folder.path);
        return wacli.take(leases) + (content_of(wacli.path) == kOfWacli ? "" : ", and written to");
      });
      CHECK(said == "taken");
    }
    SUBCASE("it may not be read") {
      REQUIRE(::chmod(wacli.path.c_str(), 0) == 0);
      const std::string said = as_person(wacli.folder.root, [&] {
        Leases leases(wacli.folder.path);
        return wacli.take(leases);
      });
      CHECK(said == "cannot: can't open wacli's lock " + wacli.path + ": Permission denied");
    }
    SUBCASE("it can't be made") {
      REQUIRE(::unlink(wacli.path.c_str()) == 0);
      REQUIRE(::chmod(wacli.folder.root.path("wacli").c_str(), 0500) == 0);
      const std::string said = as_person(wacli.folder.root, [&] {
        Leases leases(wacli.folder.path);
        return wacli.take(leases);
      });
      CHECK(said == "cannot: can't open wacli's lock " + wacli.path + ": Permission denied");
    }
  }

  TEST_CASE("that is another file of the user's, too, is locked and not overwritten") {
    Wacli wacli;
    std::filesystem::create_hard_link(wacli.path, wacli.folder.root.path("victim"));
    Leases leases(wacli.folder.path);
    CHECK(wacli.take(leases) == "taken");
    CHECK(content_of(wacli.path) == kOfWacli);
  }
}

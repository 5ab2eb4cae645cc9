// What may stand where the files of leases belong, and who may have put it there.
#include <filesystem>
#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "unit/lease/support.h"

using namespace wasession;
using namespace wasession::test;
using lease::Leases;
using lease::Patience;

namespace {

/// Why the account's lease can't be told, which must name the lock; empty when it can.
std::string refusal(const LeaseFolder& folder) {
  Leases leases(folder.path);
  const lease::Attempt attempt = leases.take(kWhole, {});
  if (attempt.answer != lease::Answer::cannot) return "";
  leases.write_record(own_record());
  return attempt.why;
}

bool names(const std::string& why, const std::string& path) {
  return why.find(path) != std::string::npos;
}

}  // namespace

TEST_SUITE("the file of a lease") {
  TEST_CASE("is made, with its directories, for nobody but its owner") {
    const LeaseFolder folder;
    Leases leases(folder.path);
    REQUIRE(take(leases) == "taken");
    CHECK(mode_of(folder.root.path("state")) == 0700);
    CHECK(mode_of(folder.root.path("state/wasession")) == 0700);
    CHECK(mode_of(folder.path) == 0700);
    CHECK(mode_of(folder.file()) == 0600);
    CHECK(entries_in(folder.path) == 1);
  }

  TEST_CASE("may lie on another disk, by a link above wasession's own directories") {
    const LeaseFolder folder;
    folder.root.make_link("state", folder.root.make_directory("disk"));
    Leases leases(folder.path);
    CHECK(take(leases) == "taken");
    CHECK(std::filesystem::exists(folder.root.path("disk/wasession/leases")));
  }

  TEST_CASE("that is a link is not followed, and nothing comes into being at its end") {
    const LeaseFolder folder;
    folder.write("", kDevice);
    const std::string victim = folder.root.path("victim");
    SUBCASE("to a file") {
      folder.root.write_file("victim", "precious");
    }
    SUBCASE("to nothing") {}
    const bool was_there = std::filesystem::exists(victim);
    folder.root.make_link("state/wasession/leases/15550001111.lock", victim);
    const std::string why = refusal(folder);
    CHECK_MESSAGE(names(why, folder.file()), why);
    CHECK(std::filesystem::exists(victim) == was_there);
    if (was_there) CHECK(content_of(victim) == "precious");
    if (was_there) CHECK(is_free(victim));
  }

  TEST_CASE("that is no file stops the command with its name, and does not make it wait") {
    const LeaseFolder folder;
    folder.write("", kDevice);
    SUBCASE("a FIFO") {
      REQUIRE(::mkfifo(folder.file().c_str(), 0600) == 0);
    }
    SUBCASE("a directory") {
      REQUIRE(::mkdir(folder.file().c_str(), 0700) == 0);
    }
    SUBCASE("a socket") {
      REQUIRE(::mknod(folder.file().c_str(), S_IFSOCK | 0600, 0) == 0);
    }
    const std::string why = refusal(folder);
    CHECK_MESSAGE(names(why, folder.file()), why);
  }

  TEST_CASE("has another name, too: it is locked, and what it holds is left alone") {
    const LeaseFolder folder;
    folder.write("", kDevice);
    const std::string victim = folder.root.write_file("victim", "precious");
    std::filesystem::create_hard_link(victim, folder.file());
    Leases leases(folder.path);
    CHECK(take(leases) == "taken");
    leases.write_record(own_record());
    CHECK_MESSAGE(content_of(victim) == "precious", "a linked file is overwritten");
    CHECK(answer_elsewhere(folder) == "held");
  }

  TEST_CASE("that may only be read is locked all the same") {
    const LeaseFolder folder;
    folder.write("old");
    REQUIRE(::chmod(folder.file().c_str(), 0400) == 0);
    const std::string answers = as_person(folder.root, [&] {
      Leases leases(folder.path);
      std::string said = take(leases);
      leases.write_record(own_record());
      return said + " " + answer_elsewhere(folder) + " " + content_of(folder.file());
    });
    CHECK(answers == "taken held old");
  }

  TEST_CASE("is told why it can't be made") {
    const LeaseFolder folder;
    folder.write("", kDevice);
    REQUIRE(::chmod(folder.path.c_str(), 0500) == 0);
    const std::string why = as_person(folder.root, [&] { return refusal(folder); });
    CHECK(why == "can't open the lock " + folder.file() + ": Permission denied");
    REQUIRE(::chmod(folder.path.c_str(), 0700) == 0);
  }

  TEST_CASE("that somebody made anew while it was waited for is what is locked at the end") {
    const LeaseFolder folder;
    folder.write("");
    const Locker removed(folder.file());
    std::optional<Locker> anew;
    Patience patience{kLong, {}};
    int times_told = 0;
    patience.waiting = [&](std::chrono::milliseconds) {
      if (++times_told == 1) {
        REQUIRE(::unlink(folder.file().c_str()) == 0);
        folder.write("");
        anew.emplace(folder.file());
        removed.kill();
      } else {
        anew->kill();
      }
    };
    Leases leases(folder.path);
    CHECK(take(leases, kWhole, patience) == "taken");
    CHECK_MESSAGE(times_told > 1, "two commands have one account: one has a file without a name");
    CHECK(answer_elsewhere(folder) == "held");
  }
}

TEST_SUITE("the directory of leases") {
  TEST_CASE("that is a link, or below one that is wasession's own, is not used") {
    const LeaseFolder folder;
    const std::string elsewhere = folder.root.make_directory("elsewhere");
    SUBCASE("itself") {
      folder.root.make_link("state/wasession/leases", elsewhere);
    }
    SUBCASE("wasession's") {
      folder.root.make_link("state/wasession", elsewhere);
    }
    const std::string why = refusal(folder);
    CHECK_MESSAGE(names(why, folder.file()), why);
    CHECK(entries_in(elsewhere) == 0);
  }

  TEST_CASE("that others may write to proves nothing: they could replace each lock") {
    const LeaseFolder folder;
    folder.write("");
    for (const mode_t mode : {0770U, 0702U, 01777U}) {
      CAPTURE(mode);
      REQUIRE(::chmod(folder.path.c_str(), mode) == 0);
      const std::string why = refusal(folder);
      CHECK_MESSAGE(names(why, folder.path + " is another user's, or others may write to it"), why);
    }
    REQUIRE(::chmod(folder.path.c_str(), 0755) == 0);
    CHECK(refusal(folder) == "");
  }

  TEST_CASE("of another user proves nothing, but to root") {
    if (::geteuid() != 0) {
      MESSAGE("skipped: only root can make another user's directory");
      return;
    }
    const LeaseFolder folder;
    folder.write("");
    // All below the root is the person's now.
    REQUIRE(as_person(folder.root, [&] { return refusal(folder); }) == "");
    CHECK(refusal(folder) == "");
    const LiveChild person([&]() -> std::string {
      if (::chown(folder.path.c_str(), 0, 0) != 0 || ::chmod(folder.path.c_str(), 0755) != 0 ||
          ::setgid(kPersonId) != 0 || ::setuid(kPersonId) != 0) {
        return "no setuid";
      }
      return refusal(folder);
    });
    CHECK_MESSAGE(names(person.said(), "is another user's"), person.said());
  }

  TEST_CASE("of a user in which root takes a lease has the user's files: both use them") {
    if (::geteuid() != 0) {
      MESSAGE("skipped: only root can give a file away");
      return;
    }
    const LeaseFolder folder;
    folder.write("", kDevice);
    REQUIRE(::chown(folder.path.c_str(), kPersonId, kPersonId) == 0);
    Leases leases(folder.path);
    REQUIRE(take(leases) == "taken");
    CHECK_MESSAGE(status_of(folder.file()).st_uid == kPersonId,
                  "root makes a lock that its user can't take any more");
  }

  TEST_CASE("that can't be made is told of") {
    const LeaseFolder folder;
    folder.root.write_file("state", "a file");
    const std::string why = refusal(folder);
    CHECK_MESSAGE(names(why, folder.file()), why);
    CHECK_MESSAGE(names(why, "Not a directory"), why);
  }
}

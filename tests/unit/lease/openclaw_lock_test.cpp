// OpenClaw 2026.9's lock of an auth directory, taken so that its gateway waits (openclaw.md section
// 4.3).
#include "lease/openclaw_lock.h"

#include <regex>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "unit/lease/openclaw_support.h"

using namespace wasession;
using namespace wasession::test;
using lease::Leases;

TEST_SUITE("OpenClaw's lock, taken by run,") {
  TEST_CASE("is to the byte what OpenClaw itself writes") {
    const Time at = Time(std::chrono::milliseconds(1'795'015'832'046));
    const std::string text = lease::openclaw_lock_text({11196, 107315}, at);
    const std::string json =
        "{\n  \"pid\": 11196,\n  \"createdAt\": \"2026-11-18T15:30:32.046Z\",\n"
        "  \"starttime\": 107315\n}\n";
    CHECK(text.substr(0, json.size()) == json);
    CHECK(std::regex_match(text.substr(json.size()), std::regex("\t{8}[\t ]{128}\n")));
    CHECK_MESSAGE(lease::openclaw_lock_text({11196, 107315}, at) != text,
                  "two locks have the same token");
  }

  TEST_CASE("names this process, is its owner's only, and goes away with it") {
    Auth auth;
    {
      Leases leases(auth.folder.path);
      CHECK(auth.take(leases) == "taken");
      CHECK(auth.names(identity_of_live(::getpid())));
      CHECK(mode_of(auth.lock) == 0600);
      CHECK_MESSAGE(auth.entries() == 2, "a temporary name is left beside it");
      CHECK(auth.warnings.empty());
    }
    CHECK_FALSE(std::filesystem::exists(auth.lock));
    CHECK(auth.entries() == 1);
  }

  TEST_CASE("that this command has already is taken: it does not wait for itself") {
    Auth auth;
    Leases leases(auth.folder.path);
    CHECK(auth.take(leases) == "taken");
    CHECK(auth.take(leases) == "taken");
    CHECK(auth.entries() == 2);
  }

  TEST_CASE("of a live process is held, with its start time or without, and stays as it is") {
    Auth auth;
    const LiveChild gateway([] { return std::string(); });
    const ProcessIdentity identity = identity_of_live(gateway.pid());
    for (const std::uint64_t start : {identity.start, std::uint64_t{0}}) {
      const std::string text = connection_lock(gateway.pid(), start);
      auth.write(text);
      make_old(auth.lock);
      Leases leases(auth.folder.path);
      const lease::Attempt attempt = auth.attempt(leases);
      CHECK(attempt.answer == lease::Answer::held);
      CHECK(attempt.pid == gateway.pid());
      CHECK(attempt.why ==
            "OpenClaw's lock " + auth.lock + " is held by pid " + std::to_string(gateway.pid()));
      CHECK_MESSAGE(content_of(auth.lock) == text, "a connected gateway loses its lock");
    }
    CHECK(auth.entries() == 2);
  }

  TEST_CASE("that a process left which has ended is taken over without a word") {
    Auth auth;
    const Zombie zombie;
    const LiveChild other([] { return std::string(); });
    const ProcessIdentity live = identity_of_live(other.pid());
    for (const ProcessIdentity& left : std::vector<ProcessIdentity>{
             {ended_pid(), 77}, {ended_pid(), 0}, {zombie.pid(), 0}, {live.pid, live.start - 1}}) {
      CAPTURE(left.pid);
      auth.write(connection_lock(left.pid, left.start));
      Leases leases(auth.folder.path);
      CHECK(auth.take(leases) == "taken");
      CHECK(auth.names(identity_of_live(::getpid())));
      CHECK(auth.entries() == 2);
      CHECK(auth.warnings.empty());
    }
  }

  TEST_CASE("that is new and names nobody may be being written: it is held") {
    Auth auth;
    for (const std::string text : {"", "{\"pid\": 12", "garbage", "{\"createdAt\": \"now\"}"}) {
      auth.write(text);
      Leases leases(auth.folder.path);
      const lease::Attempt attempt = auth.attempt(leases);
      CHECK(attempt.answer == lease::Answer::held);
      CHECK(attempt.pid == 0);
      CHECK_MESSAGE(says(attempt.why, auth.lock + " names no process"), attempt.why);
      CHECK(content_of(auth.lock) == text);
    }
  }

  TEST_CASE("of garbage that nobody is writing any more is replaced, and that is told") {
    Auth auth;
    for (const std::string text : {"", "{\"pid\": 12", "garbage"}) {
      auth.warnings.clear();
      auth.write(text);
      make_old(auth.lock);
      Leases leases(auth.folder.path);
      CHECK(auth.take(leases) == "taken");
      CHECK(auth.names(identity_of_live(::getpid())));
      REQUIRE_MESSAGE(auth.warnings.size() == 1, "a lock is replaced in silence");
      CHECK(auth.warnings[0].path == auth.lock);
      CHECK(auth.entries() == 2);
    }
    auth.warnings.clear();
    auth.write("{\"createdAt\": \"2026-11-22T15:30:32.946Z\"}");
    make_old(auth.lock);
    Leases leases(auth.folder.path);
    CHECK(auth.take(leases) == "taken");
    CHECK_MESSAGE(auth.warnings.empty(), "OpenClaw would have taken it over, too");
  }

  TEST_CASE("that is no file is told of by what it is, and nothing behind it is touched") {
    Auth auth;
    const std::string victim =
        auth.folder.root.write_file("victim", connection_lock(ended_pid(), 7));
    const std::string before = content_of(victim);
    std::string what;
    SUBCASE("a link") {
      REQUIRE(::symlink(victim.c_str(), auth.lock.c_str()) == 0);
      what = "a symbolic link";
    }
    SUBCASE("a FIFO") {
      REQUIRE(::mkfifo(auth.lock.c_str(), 0600) == 0);
      what = "a FIFO";
    }
    SUBCASE("a directory") {
      REQUIRE(::mkdir(auth.lock.c_str(), 0700) == 0);
      what = "a directory";
    }
    Leases leases(auth.folder.path);
    const std::string answer = auth.take(leases);
    CHECK_MESSAGE(
        answer == "cannot: OpenClaw's lock " + auth.lock + " is " + what + " that can't be read",
        answer);
    CHECK(content_of(victim) == before);
    CHECK(auth.entries() == 2);
  }

  TEST_CASE("below a directory that is a link, or gone, is not reached") {
    Auth auth;
    SUBCASE("a link") {
      auth.folder.root.make_link("other", auth.folder.root.path("whatsapp"));
      auth.lock = auth.folder.root.path("other/biz.lock");
    }
    SUBCASE("gone") {
      auth.lock = auth.folder.root.path("gone/biz.lock");
    }
    Leases leases(auth.folder.path);
    const std::string answer = auth.take(leases);
    CHECK_MESSAGE(answer.starts_with("cannot: can't reach OpenClaw's lock " + auth.lock), answer);
    CHECK(auth.entries() == 1);
  }

  TEST_CASE("that another user left is that user's to remove") {
    if (::geteuid() != 0) {
      MESSAGE("skipped: only root can make another user's file");
      return;
    }
    Auth auth;
    auth.write(connection_lock(ended_pid(), 77));
    const std::string before = content_of(auth.lock);
    REQUIRE(as_person(auth.folder.root, [] { return std::string("theirs"); }) == "theirs");
    REQUIRE(::chown(auth.lock.c_str(), 0, 0) == 0);
    REQUIRE(::chmod(auth.lock.c_str(), 0644) == 0);
    const LiveChild person([&]() -> std::string {
      if (::setgid(kPersonId) != 0 || ::setuid(kPersonId) != 0) return "no setuid";
      Leases leases(auth.folder.path);
      return auth.take(leases);
    });
    CHECK_MESSAGE(says(person.said(), "is another user's (uid 0)"), person.said());
    CHECK(content_of(auth.lock) == before);
    Leases root(auth.folder.path);
    CHECK(auth.take(root) == "taken");
    CHECK_MESSAGE(status_of(auth.lock).st_uid == kPersonId,
                  "root leaves a lock that the gateway's user can't take over");
  }

  TEST_CASE("that can't be made is told of with its reason") {
    Auth auth;
    REQUIRE(::chmod(auth.folder.root.path("whatsapp").c_str(), 0500) == 0);
    const std::string said = as_person(auth.folder.root, [&] {
      Leases leases(auth.folder.path);
      return auth.take(leases);
    });
    CHECK(said == "cannot: can't make OpenClaw's lock " + auth.lock + ": Permission denied");
  }
}

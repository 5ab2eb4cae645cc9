#include "lease/lease.h"

#include <csignal>
#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <sys/time.h>

#include "unit/lease/support.h"

using namespace wasession;
using namespace wasession::test;
using lease::Leases;
using lease::Patience;

TEST_SUITE("a lease") {
  TEST_CASE("keeps everybody else from the account until it is given back") {
    const LeaseFolder folder;
    {
      Leases leases(folder.path);
      CHECK(take(leases) == "taken");
      CHECK_MESSAGE(answer_elsewhere(folder) == "held", "two commands have one account");
      CHECK(answer_elsewhere(folder, {"15550002222", ""}) == "taken");
    }
    CHECK_MESSAGE(answer_elsewhere(folder) == "taken", "a command that ended keeps its account");
  }

  TEST_CASE("keeps other processes out") {
    const LeaseFolder folder;
    const Elsewhere other(folder);
    Leases leases(folder.path);
    CHECK(take(leases) == "held");
  }

  TEST_CASE("that one has already is taken, and stays one's own") {
    const LeaseFolder folder;
    Leases leases(folder.path);
    CHECK(take(leases) == "taken");
    CHECK(take(leases) == "taken");
    CHECK_FALSE(is_free(folder.file()));
  }

  TEST_CASE("is free the moment its process is killed, and its file stays") {
    const LeaseFolder folder;
    Leases leases(folder.path);
    for (int round = 0; round < 50; ++round) {
      const Elsewhere other(folder);
      REQUIRE(take(leases) == "held");
      other.kill();
      Leases next(folder.path);
      REQUIRE_MESSAGE(take(next) == "taken", "a killed command keeps its account");
    }
    CHECK(std::filesystem::exists(folder.file()));
  }

  TEST_CASE("that is waited for is had when its process is killed, and not before") {
    const LeaseFolder folder;
    const Elsewhere other(folder);
    Leases leases(folder.path);
    Patience patience{kLong, {}};
    int times_told = 0;
    patience.waiting = [&](std::chrono::milliseconds waited) {
      CHECK(waited.count() >= 0);
      CHECK_FALSE(is_free(folder.file()));
      if (++times_told == 2) other.kill();
    };
    CHECK(take(leases, kWhole, patience) == "taken");
    CHECK_MESSAGE(times_told >= 2, "nobody was told that it waits");
  }

  TEST_CASE("that is not given back in time is held") {
    const LeaseFolder folder;
    const Elsewhere other(folder);
    Leases leases(folder.path);
    CHECK(take(leases, kWhole, Patience{std::chrono::milliseconds(30), {}}) == "held");
    Patience none;
    none.waiting = [](std::chrono::milliseconds) { FAIL_CHECK("it waits though it is not to"); };
    CHECK(take(leases, kWhole, none) == "held");
  }

  TEST_CASE("that was waited for leaves no timer behind, which would end the command") {
    const LeaseFolder folder;
    const Elsewhere other(folder);
    Leases leases(folder.path);
    struct sigaction before {};
    REQUIRE(::sigaction(SIGALRM, nullptr, &before) == 0);
    CHECK(take(leases, kWhole, Patience{std::chrono::milliseconds(30), {}}) == "held");
    itimerval timer{};
    struct sigaction after {};
    REQUIRE(::getitimer(ITIMER_REAL, &timer) == 0);
    REQUIRE(::sigaction(SIGALRM, nullptr, &after) == 0);
    CHECK(timer.it_value.tv_sec + timer.it_value.tv_usec == 0);
    CHECK(timer.it_interval.tv_sec + timer.it_interval.tv_usec == 0);
    CHECK((after.sa_handler == before.sa_handler));
  }
}

TEST_SUITE("the record in a lease") {
  TEST_CASE("names who has it to who wants it") {
    const LeaseFolder folder;
    const Elsewhere other(folder);
    Leases leases(folder.path);
    const lease::Attempt attempt = leases.take(kWhole, {});
    REQUIRE_MESSAGE(attempt.holder, "nobody is named");
    CHECK(attempt.holder->process == identity_of_live(other.pid()));
    CHECK(attempt.holder->command == "elsewhere");
    CHECK(attempt.holder->claim == kWhole);
  }

  TEST_CASE("is only this: what a longer one left is cut off") {
    const LeaseFolder folder;
    LeaseRecord longer = own_record(std::string(1000, 'x'));
    longer.claim = kWhole;
    folder.write(lease_text(longer));
    Leases leases(folder.path);
    REQUIRE(take(leases) == "taken");
    LeaseRecord record = own_record();
    leases.write_record(record);
    record.claim = kWhole;
    CHECK(content_of(folder.file()) == lease_text(record));
  }

  TEST_CASE("does not name a process that has ended, or another one that got its pid") {
    const LeaseFolder folder;
    LeaseRecord record = own_record();
    record.claim = kWhole;
    std::optional<Zombie> zombie;
    SUBCASE("ended") {
      record.process.pid = ended_pid();
    }
    SUBCASE("ended, and nobody waited for it") {
      zombie.emplace();
      record.process = identity_of_live(zombie->pid());
    }
    SUBCASE("another one") {
      ++record.process.start;
    }
    folder.write(lease_text(record));
    CHECK_FALSE_MESSAGE(lease::holder_of(folder.path, kWhole), "somebody innocent is accused");
    // Locked all the same: by a child of the one that has ended.
    const Locker child(folder.file());
    Leases leases(folder.path);
    const lease::Attempt attempt = leases.take(kWhole, {});
    CHECK(attempt.answer == lease::Answer::held);
    CHECK_FALSE(attempt.holder);
  }

  TEST_CASE("may be garbage: the lock is what counts") {
    const LeaseFolder folder;
    for (const std::string& garbage :
         {std::string("pid=1\n"), std::string(100'000, '\0'), std::string("\xff\xfe\n\n=")}) {
      folder.write(garbage);
      {
        const Locker other(folder.file());
        Leases leases(folder.path);
        const lease::Attempt attempt = leases.take(kWhole, {});
        CHECK(attempt.answer == lease::Answer::held);
        CHECK_FALSE(attempt.holder);
        CHECK_MESSAGE(content_of(folder.file()) == garbage, "who was refused wrote into it");
      }
      Leases leases(folder.path);
      CHECK(take(leases) == "taken");
      leases.write_record(own_record());
      CHECK(parse_lease(content_of(folder.file())));
    }
  }

  TEST_CASE("tells which locks of rivals are kept, in every lease that was taken") {
    const LeaseFolder folder;
    const std::string wacli = folder.root.path("LOCK");
    Leases leases(folder.path);
    REQUIRE(take(leases, kDevice) == "taken");
    REQUIRE(take(leases, kOtherDevice) == "taken");
    std::vector<Warning> warnings;
    REQUIRE(words(leases.take(RivalLock{Tool::wacli, wacli, 0}, warnings)) == "taken");
    leases.write_record(own_record());
    for (const Claim& claim : {kDevice, kOtherDevice}) {
      const auto record = parse_lease(content_of(folder.file(claim)));
      REQUIRE(record);
      CHECK(record->claim == claim);
      CHECK(record->guards == std::vector{wacli});
    }
    CHECK_MESSAGE(content_of(folder.file(kWhole)) == "",
                  "a file that others share says that one has it alone");
  }
}

// Leases of single devices share the account; one of the whole account excludes them.
#include <array>
#include <memory>
#include <random>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "unit/lease/support.h"

using namespace wasession;
using namespace wasession::test;
using lease::Leases;

namespace {

/// What the claims mean, in a few lines without a file.
class Rules {
 public:
  /// Whether `who` may have it beside what others have.
  bool allow(std::size_t who, const Claim& claim) const {
    for (std::size_t other = 0; other < claims_.size(); ++other) {
      if (other == who) continue;
      for (const Claim& taken : claims_[other]) {
        if (taken.account != claim.account) continue;
        if (taken.device.empty() || claim.device.empty() || taken.device == claim.device) {
          return false;
        }
      }
    }
    return true;
  }
  void take(std::size_t who, const Claim& claim) { claims_[who].insert(claim); }
  void end(std::size_t who) { claims_[who].clear(); }
  /// Who wants the whole account no longer wants only a device of it.
  void give_up_devices(std::size_t who, const std::string& account) {
    std::erase_if(claims_[who], [&](const Claim& claim) {
      return claim.account == account && !claim.device.empty();
    });
  }

 private:
  std::array<std::set<Claim>, 4> claims_;
};

}  // namespace

TEST_SUITE("leases of devices") {
  TEST_CASE("stand beside each other, and each is had once") {
    const LeaseFolder folder;
    const Elsewhere other(folder, kDevice);
    Leases leases(folder.path);
    CHECK(take(leases, kOtherDevice) == "taken");
    const lease::Attempt attempt = leases.take(kDevice, {});
    CHECK_MESSAGE(attempt.answer == lease::Answer::held, "one credential is used twice");
    REQUIRE(attempt.holder);
    CHECK(attempt.holder->process.pid == other.pid());
  }

  TEST_CASE("keep off who wants the whole account, and one of them is named") {
    const LeaseFolder folder;
    const Elsewhere other(folder, kDevice);
    Leases leases(folder.path);
    const lease::Attempt attempt = leases.take(kWhole, {});
    CHECK(attempt.answer == lease::Answer::held);
    REQUIRE_MESSAGE(attempt.holder, "nobody is named");
    CHECK(attempt.holder->process.pid == other.pid());
    CHECK(attempt.holder->claim == kDevice);
    other.kill();
    CHECK(take(leases, kWhole) == "taken");
  }

  TEST_CASE("are not to be had while somebody has the whole account, who is named") {
    const LeaseFolder folder;
    const Elsewhere other(folder, kWhole);
    Leases leases(folder.path);
    const lease::Attempt attempt = leases.take(kDevice, {});
    CHECK(attempt.answer == lease::Answer::held);
    REQUIRE(attempt.holder);
    CHECK(attempt.holder->claim == kWhole);
    CHECK_MESSAGE(!std::filesystem::exists(folder.file(kDevice)),
                  "a refused command leaves a file of the device");
  }

  TEST_CASE("of an account are not those of another whose number begins with the same digits") {
    const LeaseFolder folder;
    const Elsewhere other(folder, {"1555", "aabbccddeeff"});
    const Elsewhere longer(folder, {"15550001111", "aabbccddeeff"});
    Leases leases(folder.path);
    const lease::Attempt attempt = leases.take({"1555", ""}, {});
    REQUIRE(attempt.holder);
    CHECK_MESSAGE(attempt.holder->process.pid == other.pid(), "somebody else's bot is accused");
  }

  TEST_CASE("and of accounts exclude each other as their rules say, in whatever order they come") {
    std::mt19937 random(9);
    const std::array<std::string, 2> accounts = {"15550001111", "lid-7"};
    const std::array<std::string, 3> devices = {"", "aabbccddeeff", "001122334455"};
    const LeaseRecord record = own_record();
    for (int round = 0; round < 40; ++round) {
      const LeaseFolder folder;
      Rules rules;
      std::array<std::unique_ptr<Leases>, 4> commands;
      std::string history;
      for (int step = 0; step < 60; ++step) {
        const std::size_t who = random() % commands.size();
        if (!commands[who] || random() % 5 == 0) {
          commands[who] = std::make_unique<Leases>(folder.path);
          rules.end(who);
          history += std::to_string(who) + " begins\n";
        }
        const Claim claim{accounts[random() % 2], devices[random() % 3]};
        if (claim.device.empty()) rules.give_up_devices(who, claim.account);
        const bool allowed = rules.allow(who, claim);
        history += std::to_string(who) + " wants " + lease_file(claim) + "\n";
        REQUIRE_MESSAGE(take(*commands[who], claim) == (allowed ? "taken" : "held"), history);
        if (!allowed) continue;
        rules.take(who, claim);
        // Who is refused waits a little for a name.
        commands[who]->write_record(record);
      }
    }
  }
}

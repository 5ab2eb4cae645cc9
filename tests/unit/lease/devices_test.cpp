// Leases of single devices share the account; one of the whole account excludes them.
#include <array>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>

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

constexpr std::array<std::string_view, 2> kAccounts = {"15550001111", "lid-7"};
constexpr std::array<std::string_view, 3> kDevices = {"", "aabbccddeeff", "001122334455"};
constexpr std::size_t kClaims = kAccounts.size() * kDevices.size();

Claim claim_of(std::size_t number) {
  return {std::string(kAccounts[number / kDevices.size()]),
          std::string(kDevices[number % kDevices.size()])};
}

/// A process that claims what it is told.
class Commander {
 public:
  explicit Commander(const LeaseFolder& folder) {
    std::array<int, 2> orders{};
    std::array<int, 2> answers{};
    REQUIRE(::pipe(orders.data()) == 0);
    REQUIRE(::pipe(answers.data()) == 0);
    pid_ = ::fork();
    if (pid_ == 0) obey(folder, orders[0], answers[1]);
    ::close(orders[0]);
    ::close(answers[1]);
    orders_ = observe::Descriptor(orders[1]);
    answers_ = observe::Descriptor(answers[0]);
  }
  ~Commander() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Commander(const Commander&) = delete;
  Commander& operator=(const Commander&) = delete;

  void begin_anew() const { CHECK(ask(kClaims) == 'b'); }
  /// `t` for taken, `h` for held, `c` when it can't be told.
  char take(std::size_t claim) const { return ask(claim); }

 private:
  char ask(std::size_t order) const {
    auto byte = static_cast<char>(order);
    REQUIRE(::write(orders_.get(), &byte, 1) == 1);
    REQUIRE(::read(answers_.get(), &byte, 1) == 1);
    return byte;
  }

  [[noreturn]] static void obey(const LeaseFolder& folder, int orders, int answers) {
    const LeaseRecord record = own_record();
    auto leases = std::make_unique<Leases>(folder.path);
    char byte = 0;
    while (::read(orders, &byte, 1) == 1) {
      const auto order = static_cast<std::size_t>(byte);
      std::string answer = "begins";
      if (order == kClaims) {
        leases = std::make_unique<Leases>(folder.path);
      } else {
        answer = test::take(*leases, claim_of(order));
        // Who is refused waits a little for a name.
        leases->write_record(record);
      }
      if (::write(answers, answer.data(), 1) != 1) break;
    }
    ::_exit(0);
  }

  pid_t pid_ = -1;
  observe::Descriptor orders_;
  observe::Descriptor answers_;
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
    for (int round = 0; round < 40; ++round) {
      const LeaseFolder folder;
      const std::array<Commander, 4> commands{Commander(folder), Commander(folder),
                                              Commander(folder), Commander(folder)};
      Rules rules;
      std::string history;
      for (int step = 0; step < 60; ++step) {
        const std::size_t who = random() % commands.size();
        if (random() % 5 == 0) {
          commands[who].begin_anew();
          rules.end(who);
          history += std::to_string(who) + " begins anew\n";
        }
        const std::size_t number = random() % kClaims;
        const Claim claim = claim_of(number);
        if (claim.device.empty()) rules.give_up_devices(who, claim.account);
        const bool allowed = rules.allow(who, claim);
        history += std::to_string(who) + " wants " + lease_file(claim) + "\n";
        REQUIRE_MESSAGE(commands[who].take(number) == (allowed ? 't' : 'h'), history);
        if (allowed) rules.take(who, claim);
      }
    }
  }
}

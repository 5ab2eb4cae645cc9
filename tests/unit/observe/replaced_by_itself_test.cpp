#include <doctest/doctest.h>

#include "observe/logs/gatherer.h"

using namespace wasession;
using namespace wasession::observe::logs;
using namespace std::chrono_literals;

namespace {

/// Feeds one process's log lines, `seconds` after its start, and tells the reasons of its 440s.
class Log {
 public:
  Log& login(int seconds, std::uint32_t device = 3) {
    Sighting sighting = at(Sight::logging_in, seconds);
    sighting.phone = "15551234567";
    sighting.device = device;
    return add(sighting);
  }
  Log& replaced(int seconds) {
    Sighting sighting = at(Sight::disconnected, seconds);
    sighting.voice = Voice::closing;
    sighting.status = kReplaced;
    return add(sighting);
  }
  /// The incidents, after the state was kept between two runs.
  std::vector<Incident> incidents() {
    std::vector<Incident> all = gatherer_.take_settled();
    Gatherer next("bot.log", gatherer_.saved());
    next.settle_all();
    for (Incident& incident : next.take_settled()) all.push_back(std::move(incident));
    return all;
  }
  std::size_t by_itself() {
    std::size_t count = 0;
    for (const Incident& incident : incidents()) count += incident.reason == kReplacedByItself;
    return count;
  }

 private:
  static Sighting at(Sight sight, int seconds) {
    Sighting sighting;
    sighting.sight = sight;
    sighting.pid = 4711;
    sighting.at = Time(1'795'361'288'000ms) + std::chrono::seconds(seconds);
    return sighting;
  }
  Log& add(const Sighting& sighting) {
    gatherer_.add(sighting, offset_ += 100, *sighting.at);
    return *this;
  }

  Gatherer gatherer_{"bot.log"};
  std::uint64_t offset_ = 0;
};

}  // namespace

TEST_SUITE("who replaced a connection, by its log") {
  TEST_CASE("a process that logs in a second time is told from one that has a rival") {
    CHECK(Log().login(0).login(10).replaced(10).login(20).replaced(20).by_itself() == 2);
    CHECK_MESSAGE(
        Log().login(0).replaced(10).login(12).replaced(20).login(24).replaced(26).by_itself() == 0,
        "a rival's work is taken for the process's own");
  }

  TEST_CASE("a rival that comes long after a second login is a rival") {
    CHECK(Log().login(0).login(10).replaced(60).by_itself() == 0);
  }

  TEST_CASE("a process with two devices is not accused, and its 440s are no single device's") {
    Log log;
    log.login(0, 3).login(0, 4).replaced(1);
    const auto incidents = log.incidents();
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].reason != kReplacedByItself);
    CHECK_MESSAGE(!incidents[0].device, "a bot of two sessions is told by the one it began last");
  }
}

#include "serve/freshness.h"

#include <doctest/doctest.h>

using namespace wasession::serve;
using namespace std::chrono_literals;

namespace {

constexpr Clock::time_point kBegin{1000s};

Freshness looked_at(Clock::time_point when) {
  Freshness freshness{Limits{}};
  freshness.began(when);
  freshness.succeeded(when + 100ms);
  return freshness;
}

}  // namespace

TEST_CASE("a flood of requests costs one look in five seconds") {
  const Freshness freshness = looked_at(kBegin);
  for (auto after = 0ms; after <= 5s; after += 10ms) {
    const auto decision = freshness.ask(kBegin + after);
    REQUIRE_MESSAGE(!decision.look, after.count(), " ms after a look there is another one");
    REQUIRE_MESSAGE(!decision.wait, after.count(), " ms after a look somebody has to wait");
  }
}

TEST_CASE("an answer that is not fresh is given while a look goes on") {
  Freshness freshness = looked_at(kBegin);
  const auto first = freshness.ask(kBegin + 6s);
  CHECK(first.look);
  CHECK_FALSE(first.wait);
  freshness.began(kBegin + 6s);
  const auto second = freshness.ask(kBegin + 7s);
  CHECK_MESSAGE(!second.look, "two looks at once");
  CHECK_FALSE(second.wait);
}

TEST_CASE("an answer older than the bound is never given as fresh: the request waits") {
  Freshness freshness = looked_at(kBegin);
  const auto first = freshness.ask(kBegin + 10min);
  CHECK(first.look);
  CHECK(first.wait);
  freshness.began(kBegin + 10min);
  const auto second = freshness.ask(kBegin + 10min + 1s);
  CHECK_FALSE(second.look);
  CHECK(second.wait);
}

TEST_CASE("before the first look everybody waits for it") {
  Freshness freshness{Limits{}};
  CHECK(freshness.ask(kBegin).look);
  CHECK(freshness.ask(kBegin).wait);
  freshness.began(kBegin);
  CHECK_FALSE(freshness.ask(kBegin + 1s).look);
  CHECK(freshness.ask(kBegin + 1s).wait);
  CHECK_FALSE(freshness.age(kBegin + 1s));
  CHECK_FALSE(freshness.vouched(kBegin + 1s));
}

TEST_CASE("a look that fails is not tried again at once, and nobody waits for nothing") {
  Freshness freshness{Limits{}};
  freshness.began(kBegin);
  freshness.failed(kBegin + 1s);
  const auto soon = freshness.ask(kBegin + 2s);
  CHECK_FALSE(soon.look);
  CHECK_FALSE(soon.wait);
  CHECK(freshness.ask(kBegin + 6s).look);
}

TEST_CASE("a failed look leaves the last good one, with its age, until it is too old") {
  Freshness freshness = looked_at(kBegin);
  freshness.began(kBegin + 20s);
  freshness.failed(kBegin + 21s);
  CHECK(freshness.age(kBegin + 22s) == 22s);
  CHECK(freshness.vouched(kBegin + 22s));
  CHECK_FALSE(freshness.vouched(kBegin + 61s));
}

TEST_CASE("the age counts from when a look began, however long it took") {
  Freshness freshness{Limits{}};
  freshness.began(kBegin);
  freshness.succeeded(kBegin + 4s);
  CHECK(freshness.age(kBegin + 4s) == 4s);
}

TEST_CASE("a slow look takes at most half of the time") {
  Freshness freshness{Limits{}};
  freshness.began(kBegin);
  freshness.succeeded(kBegin + 30s);
  CHECK_MESSAGE(!freshness.ask(kBegin + 31s).look, "it looks without a pause");
  CHECK_FALSE(freshness.ask(kBegin + 31s).wait);
  CHECK(freshness.ask(kBegin + 35s).look);
}

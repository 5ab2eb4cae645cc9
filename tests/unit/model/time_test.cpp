#include "model/time.h"

#include <ctime>
#include <random>
#include <string>

#include <doctest/doctest.h>

using namespace wasession;
using namespace std::chrono_literals;

namespace {

Time at(std::int64_t seconds) {
  return Time(std::chrono::seconds(seconds));
}

}  // namespace

TEST_SUITE("a time") {
  TEST_CASE("is printed as RFC 3339 in UTC") {
    CHECK_EQ(rfc3339(at(0)), "1970-01-01T00:00:00Z");
    CHECK_EQ(rfc3339(at(1795361288)), "2026-11-22T15:28:08Z");
    CHECK_EQ(rfc3339(at(951782400)), "2000-02-29T00:00:00Z");
    CHECK_EQ(rfc3339(at(-1)), "1969-12-31T23:59:59Z");
    CHECK_EQ(rfc3339(at(253402300799)), "9999-12-31T23:59:59Z");
    CHECK_EQ(rfc3339(at(1795361288) + 999ms), "2026-11-22T15:28:08Z");
  }

  TEST_CASE("reads back as the same second, whichever it is until the year 9999") {
    std::mt19937_64 random(59);
    for (int round = 0; round < 20'000; ++round) {
      const auto seconds = static_cast<std::int64_t>(random() % 253402300800);
      const std::string text = rfc3339(at(seconds) + std::chrono::milliseconds(random() % 1000));
      std::tm parts{};
      REQUIRE_EQ(::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts),
                 text.c_str() + text.size());
      CHECK_EQ(::timegm(&parts), seconds);
      CHECK_EQ(text.size(), 20);
    }
  }

  TEST_CASE("ago is told in one word of the fitting unit") {
    const Time now = at(1795361288);
    struct Case {
      std::chrono::milliseconds before;
      const char* words;
    };
    const Case cases[] = {{0ms, "now"}, {999ms, "now"},     {1s, "1s"},    {59'999ms, "59s"},
                          {60s, "1m"},  {3599s, "59m"},     {3600s, "1h"}, {47h + 59min, "47h"},
                          {48h, "2d"},  {24h * 400, "400d"}};
    for (const Case& known : cases) {
      CHECK_EQ(age_words(now - known.before, now), known.words);
      const std::string ahead =
          known.words == std::string("now") ? "now" : std::string("in ") + known.words;
      CHECK_EQ(age_words(now + known.before, now), ahead);
    }
  }
}

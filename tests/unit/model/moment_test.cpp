#include <doctest/doctest.h>

#include "model/time.h"

using namespace wasession;
using namespace std::chrono_literals;

namespace {

const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 12h;

std::string moment(const char* text) {
  const auto time = parse_moment(text, kNow);
  return time ? rfc3339(*time) : "none";
}

}  // namespace

TEST_SUITE("a time that a person types") {
  TEST_CASE("an age counts back from now") {
    CHECK(moment("90s") == "2026-11-22T11:58:30Z");
    CHECK(moment("30m") == "2026-11-22T11:30:00Z");
    CHECK(moment("24h") == "2026-11-21T12:00:00Z");
    CHECK(moment("7d") == "2026-11-15T12:00:00Z");
  }

  TEST_CASE("a date is midnight UTC, a time may have a zone") {
    CHECK(moment("2026-11-20") == "2026-11-20T00:00:00Z");
    CHECK(moment("2026-11-20T15:30") == "2026-11-20T15:30:00Z");
    CHECK(moment("2026-11-20 15:30:10Z") == "2026-11-20T15:30:10Z");
    CHECK(moment("2026-11-20T15:30:10+02:00") == "2026-11-20T13:30:10Z");
    CHECK(moment("2026-11-20T15:30:10.123Z") == "2026-11-20T15:30:10Z");
    CHECK(moment("2026-11-20T15:30:10-05:30") == "2026-11-20T21:00:10Z");
  }

  TEST_CASE("anything else is none") {
    for (const char* text :
         {"", "h", "1", "1w", "-1h", "99999999d", "yesterday", "2026-13-01", "2026-02-30",
          "2026-11-20T", "2026-11-20T25:00", "2026-11-20T10:60", "2026-11-20T10:00+1",
          "2026-11-20T10:00:00.", "2026-11-20T10:00:00.Z", "1h1h"}) {
      CHECK_MESSAGE(moment(text) == "none", text);
    }
  }
}

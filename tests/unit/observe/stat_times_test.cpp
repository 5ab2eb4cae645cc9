#include "observe/files/stat_times.h"

#include <cstdint>
#include <ctime>
#include <limits>

#include <doctest/doctest.h>

namespace wasession::observe {
namespace {

std::int64_t modified_ns_of(std::time_t seconds, long nanoseconds) {
  struct stat status {};
  const_cast<timespec&>(modification_time(status)) = {seconds, nanoseconds};
  return modified_ns(status);
}

}  // namespace

TEST_CASE("a file's time is told to the nanosecond") {
  CHECK(modified_ns_of(0, 0) == 0);
  CHECK(modified_ns_of(1'795'361'924, 123'456'789) == 1'795'361'924'123'456'789);
}

TEST_CASE("a file that claims an absurd time overflows no sum") {
  constexpr std::int64_t kLatest = 9'000'000'000'000'000'000;
  using Seconds = std::numeric_limits<std::time_t>;
  CHECK(modified_ns_of(Seconds::max(), 0) == kLatest);
  CHECK(modified_ns_of(253'402'300'799, 0) == kLatest);  // the end of 9999
  CHECK(modified_ns_of(-1, 0) == 0);
  CHECK(modified_ns_of(Seconds::min(), 0) == 0);
}

}  // namespace wasession::observe

#include "observe/places/openclaw_names.h"

#include <string>
#include <utility>

#include <doctest/doctest.h>

using namespace wasession::observe;

TEST_CASE("account ids become directory names as in OpenClaw") {
  using openclaw::normalized_account_id;
  const std::pair<std::string, std::string> cases[] = {
      {"", "default"},
      {"  ", "default"},
      {" Biz ", "biz"},
      {"my biz", "my-biz"},
      {"a  !b", "a-b"},
      {"!a!", "a"},
      {"a-", "a-"},
      {"a!b-", "a-b"},
      {"_a", "_a"},
      {"-a", "a"},
      {"!!!", "default"},
      {"a--b", "a--b"},
      {"a-!b", "a--b"},
      {"\xc3\xa9t\xc3\xa9", "t"},
      {std::string(70, 'A'), std::string(64, 'a')}};
  for (const auto& each : cases) {
    CAPTURE(each.first);
    CHECK(normalized_account_id(each.first) == each.second);
  }
}

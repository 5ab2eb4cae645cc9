#include "observe/environment.h"

#include <algorithm>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "observe/password_file.h"

using namespace wasession;
using namespace wasession::observe;

TEST_CASE("a variable is trimmed, and a blank one counts as unset") {
  const Environment environment{{{"A", " \tx y\n"}, {"B", "  "}}, {}, {}, {}, {}};
  CHECK(environment.get("A") == "x y");
  CHECK(!environment.get("B"));
  CHECK(!environment.get("C"));
}

TEST_CASE("the password file's lines with all seven fields are read") {
  const auto users = parse_password_file(
      "alice:x:1000:1000:Alice:/home/alice:/bin/sh\n# "
      "comment\n+::::::\nbroken:x:1\nlast:x:4294967295:1::/l:");
  REQUIRE(users.size() == 2);
  CHECK(users[0].home == "/home/alice");
  CHECK(users[1].uid == 4294967295U);
  CHECK(users[1].home == "/l");
}

TEST_CASE("this process's environment has a working directory and no home twice") {
  const Environment environment = current_environment();
  CHECK(environment.working_directory == std::filesystem::current_path().string());
  for (const std::string& home : environment.other_homes) {
    CAPTURE(home);
    CHECK(home != "/");
    CHECK(home != environment.home);
    CHECK(std::filesystem::is_directory(home));
    CHECK(std::count(environment.other_homes.begin(), environment.other_homes.end(), home) == 1);
  }
}

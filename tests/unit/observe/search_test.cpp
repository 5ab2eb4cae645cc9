#include "observe/places/search.h"

#include <algorithm>
#include <filesystem>

#include <doctest/doctest.h>

#include "support/fixtures.h"
#include "support/temporary_directory.h"

using namespace wasession;
using namespace wasession::observe;
using wasession::test::TemporaryDirectory;

namespace {

Places search_in(const TemporaryDirectory& directory,
                 const SearchLimits& limits = kNamedDirectory) {
  Progress progress;
  return search(directory.path(), limits, Environment{}, progress);
}

std::vector<std::string> paths_of(const Places& places) {
  std::vector<std::string> paths;
  for (const Place& place : places.places) paths.push_back(place.path);
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

TEST_CASE("stores are found at any depth, and one inside another too") {
  const TemporaryDirectory directory;
  directory.write_file("a/creds.json", "{}");
  directory.write_file("a/inner/creds.json", "{}");
  directory.write_file("b/c/d/auth/creds.json", "{}");
  CHECK(paths_of(search_in(directory)) ==
        std::vector{directory.path("a"), directory.path("a/inner"), directory.path("b/c/d/auth")});
}

TEST_CASE("a database is found by its first bytes, whatever it is called") {
  const TemporaryDirectory directory;
  const std::string sqlite("SQLite format 3\0 and more", 25);
  directory.write_file("bridge/anything.bak", sqlite);
  directory.write_file("bridge/no-ending", sqlite);
  directory.write_file("bridge/text.db", "not a database");
  directory.write_file("creds.json", "{}");
  directory.write_file("beside-creds.db", sqlite);
  CHECK(paths_of(search_in(directory)) ==
        std::vector{directory.path(), directory.path("beside-creds.db"),
                    directory.path("bridge/anything.bak"), directory.path("bridge/no-ending")});
}

TEST_CASE("symbolic links are not followed, so that a loop ends and a planted link leads nowhere") {
  const TemporaryDirectory outside;
  outside.write_file("victim/creds.json", "{}");
  const TemporaryDirectory directory;
  directory.write_file("auth/creds.json", "{}");
  directory.make_link("auth-link", directory.path("auth"));
  directory.make_link("loop", directory.path());
  directory.make_link("planted", outside.path("victim"));
  CHECK(paths_of(search_in(directory)) == std::vector{directory.path("auth")});
}

TEST_CASE("a search that stops at its limit says so") {
  const TemporaryDirectory directory;
  directory.write_file("1/2/3/4/creds.json", "{}");
  const Places shallow = search_in(directory, {2, 1000, true});
  CHECK(shallow.places.empty());
  REQUIRE(shallow.warnings.size() == 1);
  CHECK(shallow.warnings[0].path == directory.path());
  CHECK(search_in(directory, {4, 1000, true}).warnings.empty());
}

TEST_CASE(
    "a search that may visit few directories visits that many, and says that there are more") {
  const TemporaryDirectory directory;
  for (int i = 0; i < 20; ++i)
    directory.write_file("bot-" + std::to_string(i) + "/creds.json", "{}");
  const Places places = search_in(directory, {3, 11, false});
  CHECK_MESSAGE(places.places.size() == 10, "a wide directory hid the stores in it");
  CHECK(places.warnings.size() == 1);
}

TEST_CASE("an account of a profile keeps its profile when a search finds it") {
  const Place place = place_of_path("/home/ops/.openclaw-work/credentials/whatsapp/biz",
                                    StoreKind::baileys_directory);
  CHECK(place.tool == Tool::openclaw);
  CHECK(place.profile == "work");
  CHECK(place.qualifiers == std::vector<std::string>{".openclaw-work", "ops", "home"});
}

TEST_CASE("dependencies and version control are passed over") {
  const TemporaryDirectory directory;
  directory.write_file("node_modules/lib/creds.json", "{}");
  directory.write_file(".git/creds.json", "{}");
  CHECK(search_in(directory).places.empty());
}

TEST_CASE("what waits in wasession's quarantine is no store") {
  const TemporaryDirectory directory;
  directory.write_file("state/wasession/quarantine/20261123-004512-3fa9c1/creds.json", "{}");
  CHECK(search_in(directory).places.empty());
  directory.write_file("state/quarantine/creds.json", "{}");
  CHECK_MESSAGE(search_in(directory).places.size() == 1, "a directory of that name is passed over");
}

TEST_CASE("a copied OpenClaw state directory keeps its accounts' names") {
  const TemporaryDirectory directory;
  directory.write_file("backup/.openclaw/credentials/whatsapp/work/creds.json", "{}");
  directory.write_file("old/credentials/whatsapp/home/creds.json", "{}");
  const Places places = search_in(directory);
  const auto named = [&](const char* name) {
    return std::any_of(places.places.begin(), places.places.end(), [name](const Place& place) {
      return place.tool == Tool::openclaw && place.name == name;
    });
  };
  CHECK_MESSAGE(named("work"), "an account of a state directory found by a search lost its name");
  CHECK_MESSAGE(named("home"), "the layout credentials/whatsapp/ACCOUNT is not recognised");
}

#include "observe/session_ids.h"

#include <algorithm>
#include <random>
#include <set>

#include <doctest/doctest.h>

using wasession::observe::IdParts;
using wasession::observe::session_ids;

TEST_CASE("an id is the tool and the name while that is enough") {
  const std::vector<IdParts> parts = {{"openclaw", "default", {".openclaw"}, {}},
                                      {"openclaw@work", "default", {".openclaw-work"}, {}},
                                      {"baileys", "auth", {}, "/srv/bot/auth"}};
  CHECK(session_ids(parts) ==
        std::vector<std::string>{"openclaw/default", "openclaw@work/default", "baileys/auth"});
}

TEST_CASE("ids that would collide get their parent directory in front") {
  const std::vector<IdParts> parts = {{"baileys", "auth", {}, "/srv/one/auth"},
                                      {"baileys", "auth", {}, "/srv/two/auth"},
                                      {"baileys", "auth", {}, "/opt/two/auth"},
                                      {"baileys", "other", {}, "/srv/two/other"}};
  CHECK(session_ids(parts) == std::vector<std::string>{"baileys/one/auth", "baileys/srv/two/auth",
                                                       "baileys/opt/two/auth", "baileys/other"});
}

TEST_CASE("a name with # is never taken for a further device of another store") {
  const std::vector<IdParts> parts = {{"whatsmeow", "bar#2", {}, "/x/bar#2.db"}};
  CHECK(session_ids(parts) == std::vector<std::string>{"whatsmeow/bar%232"});
}

TEST_CASE("files that differ in their endings alone are numbered by their paths") {
  const std::vector<IdParts> parts = {{"whatsmeow", "foo", {}, "/x/foo.sqlite"},
                                      {"whatsmeow", "foo", {}, "/x/foo.db"}};
  CHECK(session_ids(parts) == std::vector<std::string>{"whatsmeow/x/foo~2", "whatsmeow/x/foo~1"});
}

TEST_CASE("ids are different for every set of paths and do not depend on the order of finding") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::set<std::string> paths;
    while (paths.size() < 30) {
      std::string path;
      for (std::size_t depth = 1 + random() % 4; depth > 0; --depth)
        path += "/" + std::string(1, static_cast<char>('a' + random() % 3));
      paths.insert(path);
    }
    std::vector<IdParts> parts;
    for (const std::string& path : paths)
      parts.push_back({"baileys", path.substr(path.rfind('/') + 1), {}, path});
    const auto ids = session_ids(parts);
    CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
    std::vector<IdParts> reversed(parts.rbegin(), parts.rend());
    auto other = session_ids(reversed);
    std::reverse(other.begin(), other.end());
    CHECK_MESSAGE(other == ids, "the same store has two ids, depending on what was found first");
  }
}

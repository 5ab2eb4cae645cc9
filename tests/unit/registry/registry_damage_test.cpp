#include <algorithm>
#include <random>
#include <string>

#include <SQLiteCpp/Database.h>
#include <doctest/doctest.h>

#include "registry/migrations.h"
#include "registry/registry.h"
#include "unit/registry/support.h"

using namespace registry_test;

namespace {

bool says(const Opening& opening, const std::string& words) {
  return warning_of(opening).find(words) != std::string::npos;
}

/// The registry answers and remembers.
bool works(const Opening& opening) {
  if (!opening.registry || !opening.registry->writable()) return false;
  opening.registry->remember_stores(std::vector{store("/probe")});
  const auto stores = opening.registry->remembered_stores();
  return std::any_of(stores.begin(), stores.end(),
                     [](const RememberedStore& s) { return s.path == "/probe"; });
}

std::string damaged_copy_in(const std::string& directory) {
  for (const auto& [name, bytes] : look(directory)) {
    if (name.starts_with("registry.db.damaged-") && name.ends_with("Z"))
      return directory + "/" + name;
  }
  return "";
}

std::string random_bytes(std::mt19937& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

}  // namespace

TEST_SUITE("a damaged registry") {
  TEST_CASE("is set aside with all its bytes by a run that writes, and left by one that reads") {
    std::mt19937 random(7);
    for (const std::size_t size : {1U, 15U, 16U, 99U, 100U, 512U, 4096U, 70000U}) {
      CAPTURE(size);
      const Directory directory;
      const std::string path = directory.path("registry.db");
      const std::string garbage = random_bytes(random, size);
      write_file(path, garbage);
      const auto before = look(directory.path());

      const Opening reading = open_registry(path, Access::read_only);
      CHECK_FALSE(reading.registry);
      CHECK(says(reading, "damaged"));
      CHECK_MESSAGE(look(directory.path()) == before, "a read-only run changed the directory");

      const Opening writing = open_registry(path, Access::read_write);
      CHECK(says(writing, "set aside as " + path + ".damaged-"));
      CHECK(works(writing));
      CHECK_MESSAGE(read_file(damaged_copy_in(directory.path())) == garbage,
                    "what was in the damaged registry is lost");
    }
  }

  TEST_CASE("cut short at any length is noticed, or has all its rows") {
    const Directory origin;
    fill(origin.path("registry.db"), 400);
    const std::string whole = read_file(origin.path("registry.db"));
    std::mt19937 random(11);
    std::vector<std::size_t> lengths = {1, 15, 16, 71, 72, 99, 100, 511, 512};
    for (std::size_t page = 4096; page < whole.size(); page += 4096) {
      lengths.insert(lengths.end(), {page - 1, page, page + 1, page + random() % 4096});
    }
    for (const std::size_t length : lengths) {
      if (length >= whole.size()) continue;
      CAPTURE(length);
      const Directory directory;
      const std::string path = directory.path("registry.db");
      write_file(path, whole.substr(0, length));
      const Opening opening = open_registry(path, Access::read_write);
      if (!opening.warning) CHECK_EQ(opening.registry->remembered_stores().size(), 400);
      CHECK(works(opening));
    }
  }

  TEST_CASE("with flipped bits anywhere never ends the command") {
    const Directory origin;
    fill(origin.path("registry.db"), 200);
    const std::string whole = read_file(origin.path("registry.db"));
    std::mt19937 random(13);
    for (int round = 0; round < 150; ++round) {
      std::string bytes = whole;
      const bool in_header = round % 3 == 0;
      for (int flips = round % 7 + 1; flips > 0; --flips) {
        bytes[random() % (in_header ? 110 : bytes.size())] ^= static_cast<char>(1 << random() % 8);
      }
      CAPTURE(round);
      const Directory directory;
      const std::string path = directory.path("registry.db");
      write_file(path, bytes);
      { const Opening reading = open_registry(path, Access::read_only); }
      const Opening writing = open_registry(path, Access::read_write);
      if (writing.registry && writing.registry->writable()) {
        CHECK(works(writing));
      } else {
        CHECK_MESSAGE(!warning_of(writing).empty(), "the registry is unused and nobody is told");
      }
    }
  }

  TEST_CASE("is kept twice when it is damaged twice in one second") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    for (int i = 0; i < 3; ++i) {
      write_file(path, "garbage " + std::to_string(i));
      CHECK(works(open_registry(path, Access::read_write)));
    }
    int kept = 0;
    for (const auto& [name, bytes] : look(directory.path())) {
      if (bytes.find("garbage ") != std::string::npos) ++kept;
    }
    CHECK_EQ(kept, 3);
  }

  TEST_CASE("takes its log along when it is set aside") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    write_file(path, "garbage");
    write_file(path + "-wal", "log");
    const Opening opening = open_registry(path, Access::read_write);
    CHECK(works(opening));
    CHECK_EQ(read_file(damaged_copy_in(directory.path()) + "-wal"), "log");
  }
}

TEST_SUITE("what is not a registry") {
  TEST_CASE("another program's database is neither filled nor moved") {
    const Directory directory;
    const std::string path = directory.path("session.db");
    {
      SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
      database.exec("CREATE TABLE whatsmeow_device (jid TEXT)");
    }
    const auto whole = read_file(path);
    for (const std::size_t length : {whole.size(), std::size_t{4096}, std::size_t{1000}}) {
      CAPTURE(length);
      write_file(path, whole.substr(0, length));
      const auto before = look(directory.path());
      for (const Access access : {Access::read_only, Access::read_write}) {
        const Opening opening = open_registry(path, access);
        CHECK_FALSE(opening.registry);
        CHECK(says(opening, "--registry"));
        CHECK_MESSAGE(look(directory.path()) == before, "somebody else's database was changed");
      }
    }
  }

  TEST_CASE("a credential file named by mistake stays where it is") {
    const Directory directory;
    const std::string path = directory.path("creds.json");
    write_file(path, R"({"me":{"id":"15551234567:1@s.whatsapp.net"}})");
    const auto before = look(directory.path());
    const Opening opening = open_registry(path, Access::read_write);
    CHECK_FALSE(opening.registry);
    CHECK(says(opening, "--registry"));
    CHECK_MESSAGE(look(directory.path()) == before, "a bot lost its credential");
  }

  TEST_CASE("no file but registry.db is moved for not being a database") {
    for (const char* name : {"keys.db", "wacli.db", "registry.db.bak", "my-registry.db", ".db"}) {
      CAPTURE(name);
      const Directory directory;
      const std::string path = directory.path(name);
      write_file(path, "another program's own format");
      const auto before = look(directory.path());
      const Opening opening = open_registry(path, Access::read_write);
      CHECK_FALSE(opening.registry);
      CHECK(says(opening, "--registry"));
      CHECK_MESSAGE(look(directory.path()) == before, "somebody else's file was moved");
    }
  }

  TEST_CASE("a newer registry is left alone and the cure is named") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    fill(path, 3);
    {
      SQLite::Database database(path, SQLite::OPEN_READWRITE);
      database.exec("PRAGMA user_version = " + std::to_string(kMigrationCount + 1));
    }
    const std::string before = read_file(path);
    for (const Access access : {Access::read_only, Access::read_write}) {
      const Opening opening = open_registry(path, access);
      CHECK_FALSE(opening.registry);
      CHECK(says(opening, "upgrade wasession"));
      CHECK_MESSAGE(read_file(path) == before, "the newer wasession's registry was changed");
    }
  }
}

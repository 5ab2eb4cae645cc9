#include <map>
#include <random>
#include <set>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include "registry/registry.h"
#include "unit/registry/support.h"

using namespace registry_test;

namespace {

void report(int progress) {
  [[maybe_unused]] const auto written = ::write(progress, ".", 1);
}

enum class Warnings { unexpected, expected };

/// Remembers `/<name>/0` … one a transaction. Being busy is a warning to the user, so here it is
/// tried again; anything else is a complaint.
std::string write_stores(const std::string& path, const std::string& name, int count,
                         Warnings warnings = Warnings::unexpected) {
  for (int i = 0; i < count;) {
    const Opening opening = open_registry(path, Access::read_write);
    if (!opening.registry || !opening.registry->writable()) {
      if (warning_of(opening).find("another wasession is writing") != std::string::npos) continue;
      return "cannot write: " + warning_of(opening);
    }
    if (opening.warning && warnings == Warnings::unexpected)
      return "a sound registry brought a warning: " + warning_of(opening);
    try {
      for (int batch = 0; batch < 5 && i < count; ++batch, ++i) {
        opening.registry->remember_stores(std::vector{store("/" + name + "/" + std::to_string(i))});
      }
    } catch (const SQLite::Exception& failure) {
      if ((failure.getErrorCode() & 0xff) != SQLITE_BUSY) return failure.what();
    }
  }
  return "";
}

/// Writes pairs for ever: both halves of a pair are remembered in one transaction.
std::string write_pairs(const std::string& path, int progress) {
  for (int i = 0;; ++i) {
    const Opening opening = open_registry(path, Access::read_write);
    if (!opening.registry || opening.warning) return "cannot write: " + warning_of(opening);
    const std::string name = std::to_string(i % 50);
    opening.registry->forget_stores(std::vector<std::string>{"/a/" + name, "/b/" + name});
    opening.registry->remember_stores(std::vector{store("/a/" + name), store("/b/" + name)});
    report(progress);
  }
}

/// A child that has remembered ten stores and holds the registry open.
std::string write_and_wait(const std::string& path, int progress) {
  const Opening opening = open_registry(path, Access::read_write);
  if (!opening.registry) return warning_of(opening);
  opening.registry->remember_stores(many_stores(10));
  report(progress);
  while (true) ::pause();
}

}  // namespace

TEST_SUITE("the registry between processes") {
  TEST_CASE("two that begin and write it at once lose nothing") {
    for (int round = 0; round < 5; ++round) {
      const Directory directory;
      const std::string path = directory.path("wasession/registry.db");
      Child left([&](int) { return write_stores(path, "left", 40); });
      Child right([&](int) { return write_stores(path, "right", 40); });
      CHECK_EQ(left.complaint(), "");
      CHECK_EQ(right.complaint(), "");
      const Opening opening = open_registry(path, Access::read_only);
      REQUIRE(opening.registry);
      CHECK_EQ(opening.registry->remembered_stores().size(), 80);
    }
  }

  TEST_CASE("two that find it damaged at once keep the damaged one and one new one") {
    for (int round = 0; round < 10; ++round) {
      const Directory directory;
      const std::string path = directory.path("registry.db");
      write_file(path, "garbage");
      const auto open_once = [&](const std::string& name) -> std::string {
        return write_stores(path, name, 1, Warnings::expected);
      };
      Child left([&](int) { return open_once("left"); });
      Child right([&](int) { return open_once("right"); });
      CHECK_EQ(left.complaint(), "");
      CHECK_EQ(right.complaint(), "");
      int aside = 0;
      for (const auto& [name, bytes] : look(directory.path())) {
        if (name.find(".damaged-") != std::string::npos) ++aside;
      }
      CHECK_EQ(aside, 1);
      const Opening opening = open_registry(path, Access::read_only);
      REQUIRE(opening.registry);
      CHECK_EQ(opening.registry->remembered_stores().size(), 2);
    }
  }

  TEST_CASE("a kill at any moment leaves a registry that works, without half a transaction") {
    const Directory directory;
    std::mt19937 random(17);
    for (int round = 0; round < 60; ++round) {
      CAPTURE(round);
      // Every third round kills during the making and migrating of a new one.
      const std::string path =
          directory.path(round % 3 == 0 ? "new" + std::to_string(round) : "old") + "/registry.db";
      {
        Child writer([&](int progress) { return write_pairs(path, progress); });
        if (round % 3 != 0) writer.wait_for_progress(1 + static_cast<int>(random() % 4));
        ::usleep(static_cast<useconds_t>(random() % 6000));
      }
      const Opening opening = open_registry(path, Access::read_write);
      REQUIRE_EQ(warning_of(opening), "");
      REQUIRE(opening.registry);
      std::map<std::string, int> halves;
      for (const RememberedStore& found : opening.registry->remembered_stores()) {
        ++halves[found.path.substr(2)];
      }
      for (const auto& pair : halves) {
        CHECK_MESSAGE(pair.second == 2, "half of pair " << pair.first);
      }
      opening.registry->remember_stores(std::vector{store("/a/probe"), store("/b/probe")});
    }
  }

  TEST_CASE("reading beside a writer, or after one was killed, sees its rows and changes nothing") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    Child writer([&](int progress) { return write_and_wait(path, progress); });
    writer.wait_for_progress(1);
    const auto read = [&] {
      const auto before = look(directory.path());
      {
        const Opening opening = open_registry(path, Access::read_only);
        REQUIRE_EQ(warning_of(opening), "");
        REQUIRE(opening.registry);
        CHECK_FALSE(opening.registry->writable());
        CHECK_EQ(opening.registry->remembered_stores().size(), 10);
        CHECK_THROWS(opening.registry->forget_stores(std::vector<std::string>{"/home/x/1"}));
      }
      CHECK_MESSAGE(look(directory.path()) == before, "a read-only run changed a file");
    };
    read();
    writer.kill();
    REQUIRE(look(directory.path()).contains("registry.db-wal"));
    read();
  }

  TEST_CASE("reading needs neither the log nor the shared memory file") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    fill(path, 3);
    for (const char* leftover : {"", "-wal", "-shm"}) {
      CAPTURE(leftover);
      if (*leftover != '\0') write_file(path + leftover, "");
      const auto before = look(directory.path());
      const Opening opening = open_registry(path, Access::read_only);
      REQUIRE_EQ(warning_of(opening), "");
      REQUIRE(opening.registry);
      CHECK_EQ(opening.registry->remembered_stores().size(), 3);
      CHECK(look(directory.path()) == before);
    }
  }

  TEST_CASE("a registry that another process keeps locked is read, with a warning") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    fill(path, 3);
    SQLite::Database other(path, SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    const std::string complaint = in_child([&]() -> std::string {
      const Opening opening = open_registry(path, Access::read_write);
      if (!opening.registry) return "no registry: " + warning_of(opening);
      if (opening.registry->remembered_stores().size() != 3) return "rows are missing";
      try {
        opening.registry->remember_stores(std::vector{store("/new")});
        return "it wrote through a lock";
      } catch (const std::exception& failure) {
        const Warning warning = describe_failure(path, failure);
        return warning.what.find("try again") != std::string::npos ? "" : warning.what;
      }
    });
    CHECK_EQ(complaint, "");
  }
}

#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/registry.h"
#include "unit/registry/support.h"

using namespace registry_test;

namespace {

/// Fails with the warning's text, so that the reader sees what was said instead.
void check_refused(const std::string& path, const std::string& words) {
  for (const Access access : {Access::read_only, Access::read_write}) {
    const Opening opening = open_registry(path, access);
    CHECK_FALSE(opening.registry);
    CHECK_MESSAGE(warning_of(opening).find(words) != std::string::npos, warning_of(opening));
  }
}

}  // namespace

TEST_SUITE("the registry's files") {
  TEST_CASE("are closed to other users whatever the umask is") {
    for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}, mode_t{0277}}) {
      CAPTURE(mask);
      const Directory directory;
      const std::string path = directory.path("state/wasession/registry.db");
      const std::string complaint = in_child([&]() -> std::string {
        ::umask(mask);
        const Opening opening = open_registry(path, Access::read_write);
        if (!opening.registry || opening.warning) return "did not open: " + warning_of(opening);
        opening.registry->remember_stores(many_stores(10));
        for (const char* suffix : {"", "-wal", "-shm"}) {
          if (mode_of(path + suffix) != 0600) {
            return path + suffix + " has mode " + std::to_string(mode_of(path + suffix));
          }
        }
        if (mode_of(directory.path("state/wasession")) != 0700) return "the directory is open";
        if (mode_of(directory.path("state")) != 0700) return "the state directory is open";
        return "";
      });
      CHECK_EQ(complaint, "");
    }
  }

  TEST_CASE("an existing directory keeps its mode and an existing file loses the others' bits") {
    const Directory directory;
    const std::string path = directory.path("registry.db");
    fill(path, 1);
    ::chmod(directory.path().c_str(), 0755);
    ::chmod(path.c_str(), 0644);
    CHECK(open_registry(path, Access::read_only).registry);
    CHECK_EQ(mode_of(path), 0644);
    CHECK(open_registry(path, Access::read_write).registry);
    CHECK_EQ(mode_of(path), 0600);
    CHECK_EQ(mode_of(directory.path()), 0755);
  }

  TEST_CASE("a symbolic link in the place of the directory, the file or its log is refused") {
    const Directory directory;
    const std::string real = directory.path("real/registry.db");
    fill(real, 1);
    ::symlink(directory.path("real").c_str(), directory.path("link").c_str());
    check_refused(directory.path("link/registry.db"), "symbolic link");

    ::mkdir(directory.path("own").c_str(), 0700);
    const std::string path = directory.path("own/registry.db");
    ::symlink(real.c_str(), path.c_str());
    check_refused(path, "symbolic link");
    ::unlink(path.c_str());
    ::symlink(directory.path("nowhere").c_str(), path.c_str());
    check_refused(path, "symbolic link");
    ::unlink(path.c_str());
    fill(path, 1);
    ::symlink(real.c_str(), (path + "-wal").c_str());
    check_refused(path, "symbolic link");
  }

  TEST_CASE("a link above the registry's own directory is no hindrance") {
    const Directory directory;
    ::mkdir(directory.path("real").c_str(), 0700);
    ::symlink(directory.path("real").c_str(), directory.path("home").c_str());
    const std::string path = directory.path("home/wasession/registry.db");
    CHECK_EQ(warning_of(open_registry(path, Access::read_write)), "");
    CHECK(open_registry(path, Access::read_only).registry);
  }

  TEST_CASE("another user's file or directory is refused") {
    if (::geteuid() != 0) {
      MESSAGE("skipped: only root can give a file to another user");
      return;
    }
    const Directory directory;
    const std::string path = directory.path("wasession/registry.db");
    fill(path, 1);
    REQUIRE_EQ(::chown(path.c_str(), 12345, 12345), 0);
    check_refused(path, "another user (uid 12345)");
    REQUIRE_EQ(::chown(path.c_str(), 0, 0), 0);
    REQUIRE_EQ(::chown(directory.path("wasession").c_str(), 12345, 12345), 0);
    check_refused(path, "another user (uid 12345)");
  }

  TEST_CASE("no directory is made below another user's, which root would own from then on") {
    if (::geteuid() != 0) {
      MESSAGE("skipped: only root can give a directory to another user");
      return;
    }
    const Directory directory;
    const std::string path = directory.path("home/.local/state/wasession/registry.db");
    for (const char* existing : {"home", "home/.local", "home/.local/state"}) {
      CAPTURE(existing);
      REQUIRE_EQ(::mkdir(directory.path(existing).c_str(), 0755), 0);
      REQUIRE_EQ(::chown(directory.path(existing).c_str(), 12345, 12345), 0);
      const Opening opening = open_registry(path, Access::read_write);
      CHECK_FALSE(opening.registry);
      CHECK_MESSAGE(warning_of(opening).find("another user (uid 12345)") != std::string::npos,
                    warning_of(opening));
      CHECK_MESSAGE(look(directory.path(existing)).empty(), "something was made there");
    }
  }

  TEST_CASE("a directory or a FIFO in the registry's place is refused at once") {
    const Directory directory;
    REQUIRE_EQ(::mkdir(directory.path("registry.db").c_str(), 0700), 0);
    check_refused(directory.path("registry.db"), "not a regular file");
    REQUIRE_EQ(::mkfifo(directory.path("fifo").c_str(), 0600), 0);
    check_refused(directory.path("fifo"), "not a regular file");
    fill(directory.path("r.db"), 1);
    REQUIRE_EQ(::mkfifo(directory.path("r.db-wal").c_str(), 0600), 0);
    check_refused(directory.path("r.db"), "not a regular file");
    write_file(directory.path("file"), "");
    check_refused(directory.path("file/registry.db"), "not a directory");
  }

  TEST_CASE("reading where nothing was recorded is no warning and makes nothing") {
    const Directory directory;
    for (const char* name : {"registry.db", "state/wasession/registry.db"}) {
      const Opening opening = open_registry(directory.path(name), Access::read_only);
      CHECK_FALSE(opening.registry);
      CHECK_EQ(warning_of(opening), "");
    }
    CHECK(look(directory.path()).empty());
  }

  TEST_CASE("a path with the characters of a URI is that path") {
    const Directory directory;
    const std::string path = directory.path("a?mode=memory&x#%41 \n/r?.db");
    fill(path, 1);
    CHECK_EQ(mode_of(path), 0600);
    const Opening opening = open_registry(path, Access::read_only);
    REQUIRE(opening.registry);
    CHECK_EQ(opening.registry->remembered_stores().size(), 1);
  }

  TEST_CASE("a registry that cannot be written is read, with a warning") {
    struct Case {
      mode_t directory;
      mode_t file;
    };
    for (const Case modes : {Case{0700, 0400}, Case{0500, 0600}, Case{0500, 0400}}) {
      CAPTURE(modes.directory);
      CAPTURE(modes.file);
      const Directory directory;
      const std::string path = directory.path("registry.db");
      fill(path, 5);
      ::chmod(path.c_str(), modes.file);
      ::chmod(directory.path().c_str(), modes.directory);
      const auto before = look(directory.path());
      const std::string complaint = without_privileges(directory.path(), [&]() -> std::string {
        const Opening reading = open_registry(path, Access::read_only);
        if (!reading.registry) return "reading: " + warning_of(reading);
        if (reading.warning) return "reading alone needs no warning: " + warning_of(reading);
        if (reading.registry->remembered_stores().size() != 5) return "rows are missing";

        const Opening writing = open_registry(path, Access::read_write);
        if (!writing.warning) return "nobody is told that nothing is remembered";
        if (!writing.registry) return "writing: " + warning_of(writing);
        if (writing.registry->writable()) return "it says that it can be written";
        if (writing.registry->remembered_stores().size() != 5) return "rows are missing";
        return "";
      });
      CHECK_EQ(complaint, "");
      CHECK_MESSAGE(look(directory.path()) == before, "something was changed");
    }
  }

  TEST_CASE("a registry that cannot be made or looked at is a warning") {
    const Directory directory;
    ::mkdir(directory.path("state").c_str(), 0500);
    CHECK_EQ(without_privileges(directory.path(),
                                [&]() -> std::string {
                                  const std::string path =
                                      directory.path("state/wasession/registry.db");
                                  const Opening opening = open_registry(path, Access::read_write);
                                  if (opening.registry) return "it was made";
                                  return opening.warning ? "" : "nobody is told";
                                }),
             "");
    ::chmod(directory.path("state").c_str(), 0);
    CHECK_EQ(without_privileges(directory.path(),
                                [&]() -> std::string {
                                  const std::string path = directory.path("state/registry.db");
                                  const Opening opening = open_registry(path, Access::read_only);
                                  return opening.warning ? "" : "nobody is told";
                                }),
             "");
  }
}

// wacli's LOCK, taken the moment its owner ends and never changed.
#include "apply/locks.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

#include "unit/apply/stopping_support.h"

using namespace wasession;
using namespace wasession::test;

namespace {

constexpr const char* kContent = "pid=4711\nacquired_at=2026-11-22T15:30:32Z\n";

/// A process that has the lock, as wacli does.
class Owner {
 public:
  explicit Owner(const std::string& path)
      : child_([&] {
          const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
          return std::string(file >= 0 && ::flock(file, LOCK_EX | LOCK_NB) == 0 ? "has it" : "");
        }) {
    REQUIRE(child_.said() == "has it");
  }
  void end() const { kill_and_leave(child_.pid()); }

 private:
  LiveChild child_;
};

/// What a wacli that starts now would find.
bool is_free(const std::string& path) {
  const apply::Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

bool becomes_held(const apply::HeldLocks& locks, const std::string& path) {
  for (int tries = 0; tries < 20'000 && !locks.has(path); ++tries) ::usleep(1000);
  return locks.has(path);
}

Outcome taken(const std::string& path, apply::HeldLocks& locks) {
  Step step;
  step.kind = StepKind::take_lock;
  step.target = path;
  return apply::take_lock(step, locks);
}

}  // namespace

TEST_SUITE("a wacli LOCK") {
  TEST_CASE("is held until all steps are taken, and then free again") {
    const TemporaryDirectory files;
    const std::string path = files.write_file("LOCK", kContent);
    {
      apply::HeldLocks locks;
      CHECK_EQ(locks.take(path), 0);
      CHECK(locks.has(path));
      CHECK_EQ(locks.take(path), 0);
      CHECK_EQ(locks.take_when_free(path), 0);
      CHECK_FALSE(is_free(path));
    }
    CHECK(is_free(path));
  }

  TEST_CASE("is taken when its owner is killed, before anybody else can have it") {
    const TemporaryDirectory files;
    const std::string path = files.write_file("LOCK", kContent);
    const Owner owner(path);
    apply::HeldLocks locks;
    CHECK_EQ(locks.take(path), EWOULDBLOCK);
    CHECK_EQ(locks.take_when_free(path), 0);
    CHECK_FALSE(locks.has(path));
    CHECK_EQ(locks.take(path), EWOULDBLOCK);
    owner.end();
    CHECK_MESSAGE(becomes_held(locks, path), "the lock of an ended wacli is never taken");
    CHECK_FALSE(is_free(path));
  }

  TEST_CASE("is held at once when asked for right after its owner's end") {
    const TemporaryDirectory files;
    // The time between two tries of the one that waits is met in one of these.
    for (int round = 0; round < 20; ++round) {
      const std::string path = files.write_file("LOCK" + std::to_string(round), kContent);
      const Owner owner(path);
      apply::HeldLocks locks;
      REQUIRE(locks.take_when_free(path) == 0);
      owner.end();
      REQUIRE_MESSAGE(locks.take(path) == 0, "wasession keeps itself out");
      REQUIRE(locks.has(path));
      REQUIRE_FALSE(is_free(path));
    }
  }

  TEST_CASE("that its owner never frees is given up at the end") {
    const TemporaryDirectory files;
    const std::string path = files.write_file("LOCK", kContent);
    const Owner owner(path);
    {
      apply::HeldLocks locks;
      REQUIRE(locks.take_when_free(path) == 0);
    }
    owner.end();
    CHECK_MESSAGE(is_free(path), "it is waited for by nobody any more");
  }

  TEST_CASE("is neither written to nor replaced") {
    const TemporaryDirectory files;
    const std::string path = files.write_file("LOCK", kContent);
    REQUIRE(::chmod(path.c_str(), 0400) == 0);
    const FileIdentity before = identity_at(path);
    const auto modified = std::filesystem::last_write_time(path);
    {
      apply::HeldLocks locks;
      CHECK_EQ(locks.take(path), 0);
    }
    CHECK(identity_at(path) == before);
    CHECK_EQ(content_of(path), kContent);
    CHECK(std::filesystem::last_write_time(path) == modified);
    CHECK_EQ(mode_of(path), 0400);
  }

  TEST_CASE("that is missing is not made") {
    const TemporaryDirectory files;
    apply::HeldLocks locks;
    CHECK_EQ(locks.take(files.path("LOCK")), ENOENT);
    CHECK_EQ(locks.take_when_free(files.path("LOCK")), ENOENT);
    CHECK_FALSE(locks.has(files.path("LOCK")));
    CHECK_FALSE(std::filesystem::exists(files.path("LOCK")));
  }

  TEST_CASE("that is a link, or below one, or no file is not opened") {
    const TemporaryDirectory files;
    const std::string victim = files.write_file("victim/LOCK", "precious");
    apply::HeldLocks locks;
    CHECK_EQ(locks.take(files.make_link("LOCK", victim)), ELOOP);
    files.make_link("store", files.path("victim"));
    CHECK_NE(locks.take(files.path("store/LOCK")), 0);
    CHECK_NE(locks.take(files.make_directory("directory")), 0);
    REQUIRE(::mkfifo(files.path("fifo").c_str(), 0600) == 0);
    CHECK_NE(locks.take(files.path("fifo")), 0);
    CHECK(is_free(victim));
  }
}

TEST_CASE("the step that takes a lock says whether it has it, and never stops the others") {
  const TemporaryDirectory files;
  const std::string path = files.write_file("LOCK", kContent);
  const std::string owned = files.write_file("owned/LOCK", kContent);
  const Owner owner(owned);
  apply::HeldLocks locks;
  CHECK(taken(path, locks).result == Result::done);
  CHECK_EQ(taken(path, locks).detail, "taken");
  CHECK(taken(owned, locks).result == Result::done);
  CHECK_EQ(taken(owned, locks).detail, "will be taken the moment it is free");
  CHECK(taken(files.path("none/LOCK"), locks).result == Result::skipped);
  CHECK(taken(files.make_link("link", path), locks).result == Result::skipped);
}

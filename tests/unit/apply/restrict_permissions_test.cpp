#include <atomic>
#include <thread>

#include "apply/apply.h"
#include "unit/apply/support.h"
#include "unit/observe/live_child.h"

using namespace wasession;
using namespace wasession::test;

namespace {

struct Secrets {
  TemporaryDirectory root;
  std::string path = root.write_file("auth/creds.json", "{}");
  std::string victim = root.write_file("victim", "read by everybody");
  apply::Changes changes;

  Secrets() {
    set("auth", 0755);
    set("auth/creds.json", 0644);
    set("victim", 0644);
  }
  void set(const std::string& below, mode_t mode) const {
    REQUIRE(::chmod(root.path(below).c_str(), mode) == 0);
  }
};

}  // namespace

TEST_CASE("a directory and a file are closed to others once, and then they are closed already") {
  Secrets secrets;
  const Plan plan = {restriction(secrets.root.path("auth"), 0700), restriction(secrets.path, 0600)};
  const auto first = apply::apply(plan);
  REQUIRE(first.size() == 2);
  CHECK(first[0].detail == "mode 0755 became 0700");
  CHECK(first[1].detail == "mode 0644 became 0600");
  CHECK(mode_of(secrets.root.path("auth")) == 0700);
  CHECK(mode_of(secrets.path) == 0600);
  for (const Outcome& outcome : first) CHECK(outcome.result == Result::done);
  for (const Outcome& outcome : apply::apply(plan)) CHECK(outcome.result == Result::skipped);
}

TEST_CASE("a permission is never added, whatever the mode has become") {
  Secrets secrets;
  const Step step = restriction(secrets.path, 0600);
  for (mode_t mode = 0; mode < 01000; ++mode) {
    secrets.set("auth/creds.json", mode);
    apply::restrict_permissions(step, secrets.changes);
    const bool readable = ::access(secrets.path.c_str(), R_OK) == 0;
    REQUIRE(mode_of(secrets.path) == (readable ? (mode & 0600) : mode));
  }
}

TEST_CASE("what took a secret's place between plan and apply keeps its mode") {
  Secrets secrets;
  const Step step = restriction(secrets.path, 0600);
  std::filesystem::rename(secrets.path, secrets.root.path("kept"));
  SUBCASE("a symbolic link") {
    secrets.root.make_link("auth/creds.json", secrets.victim);
  }
  SUBCASE("another file") {
    secrets.root.write_file("auth/creds.json", "{}");
    secrets.set("auth/creds.json", 0644);
  }
  SUBCASE("a directory") {
    secrets.root.make_directory("auth/creds.json");
  }
  SUBCASE("a FIFO") {
    REQUIRE(::mkfifo(secrets.path.c_str(), 0666) == 0);
  }
  SUBCASE("a symbolic link above") {
    std::filesystem::rename(secrets.root.path("kept"), secrets.root.path("creds.json"));
    std::filesystem::remove(secrets.root.path("auth"));
    secrets.root.make_link("auth", secrets.root.path());
  }
  SUBCASE("nothing") {
    secrets.root.make_link("auth/creds.json", "/nowhere");
  }
  const mode_t before = mode_of(secrets.path);
  const Outcome outcome = apply::restrict_permissions(step, secrets.changes);
  CHECK(outcome.result == Result::skipped);
  CHECK_FALSE(outcome.detail.empty());
  CHECK(mode_of(secrets.path) == before);
  CHECK(mode_of(secrets.victim) == 0644);
}

TEST_CASE("a file with a second name may be somebody's who needs it, and keeps its mode") {
  Secrets secrets;
  std::filesystem::remove(secrets.path);
  std::filesystem::create_hard_link(secrets.victim, secrets.path);
  const Outcome outcome =
      apply::restrict_permissions(restriction(secrets.path, 0600), secrets.changes);
  CHECK(outcome.result == Result::skipped);
  CHECK(mode_of(secrets.victim) == 0644);
}

TEST_CASE("a link that comes in the very last moment is not followed: the mode goes to the file") {
  Secrets secrets;
  Interfering late;
  late.before_set_mode = [&] {
    std::filesystem::rename(secrets.path, secrets.root.path("kept"));
    secrets.root.make_link("auth/creds.json", secrets.victim);
    return 0;
  };
  CHECK(apply::restrict_permissions(restriction(secrets.path, 0600), late).result == Result::done);
  CHECK(mode_of(secrets.root.path("kept")) == 0600);
  CHECK(mode_of(secrets.victim) == 0644);
}

TEST_CASE("a mode that can't be changed is said with the system's reason") {
  Secrets secrets;
  Interfering faulty;
  faulty.before_set_mode = [] { return EROFS; };
  const Outcome outcome = apply::restrict_permissions(restriction(secrets.path, 0600), faulty);
  CHECK(outcome.result == Result::failed);
  CHECK(outcome.detail == "its mode can't be changed: Read-only file system");
  CHECK(mode_of(secrets.path) == 0644);
}

TEST_CASE("another user's file is a failure that does not keep the next step from being taken") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root can become another user");
    return;
  }
  Secrets secrets;
  secrets.set("", 0755);
  const std::string own = secrets.root.write_file("own/creds.json", "{}");
  secrets.set("own/creds.json", 0644);
  constexpr uid_t kPerson = 61234;
  REQUIRE(::chown(own.c_str(), kPerson, kPerson) == 0);
  const Plan plan = {restriction(secrets.path, 0600), restriction(own, 0600)};
  const LiveChild child([&]() -> std::string {
    if (::setgid(kPerson) != 0 || ::setuid(kPerson) != 0) return "no setuid";
    const auto outcomes = apply::apply(plan);
    return outcomes[0].detail + "; " + outcomes[1].detail;
  });
  CHECK(child.said() ==
        "its mode can't be changed: Operation not permitted; mode 0644 became 0600");
  CHECK(mode_of(secrets.path) == 0644);
  CHECK(mode_of(own) == 0600);
}

TEST_CASE(
    "a secret that changes places with a symbolic link in a loop never costs the link's end") {
  Secrets secrets;
  std::atomic<bool> stop{false};
  std::atomic<unsigned> swaps{0};
  const Step step = restriction(secrets.path, 0600);
  std::thread swapper([&] {
    const std::string link = secrets.root.path("link");
    const std::string kept = secrets.root.path("kept");
    while (!stop) {
      if (::symlink(secrets.victim.c_str(), link.c_str()) != 0) continue;
      ::rename(secrets.path.c_str(), kept.c_str());
      ::rename(link.c_str(), secrets.path.c_str());
      ::rename(kept.c_str(), secrets.path.c_str());
      ++swaps;
    }
  });
  for (int round = 0; round < 1000; ++round) {
    // The other thread must have got on: otherwise these are rounds without a race.
    for (const unsigned seen = swaps; swaps == seen;) std::this_thread::yield();
    apply::restrict_permissions(step, secrets.changes);
    CHECK(mode_of(secrets.victim) == 0644);
  }
  stop = true;
  swapper.join();
}

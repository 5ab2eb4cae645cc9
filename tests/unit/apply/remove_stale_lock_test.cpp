#include <atomic>
#include <chrono>
#include <thread>

#include "apply/apply.h"
#include "unit/apply/support.h"
#include "unit/observe/live_child.h"

using namespace wasession;
using namespace wasession::test;

namespace {

constexpr std::uint64_t kStart = 77;

/// A stale lock in a directory of its own, and a file that nothing may touch.
struct Locks {
  TemporaryDirectory root;
  int pid = ended_pid();
  std::string path = root.write_file("whatsapp/biz.lock", connection_lock(pid, kStart));
  std::string victim = root.write_file("victim", connection_lock(pid, kStart));
  Step step = removal(path, pid, kStart);
  apply::Changes changes;

  Outcome take() { return apply::remove_stale_lock(step, changes); }

  void expect_victim_untouched() const {
    CHECK(content_of(victim) == connection_lock(pid, kStart));
    CHECK(status_of(victim).st_nlink == 1);
  }
};

void make_old(const std::string& path) {
  std::filesystem::last_write_time(
      path, std::filesystem::file_time_type::clock::now() - std::chrono::minutes(6));
}

}  // namespace

TEST_CASE("a stale lock is removed once, and a second time there is nothing to do") {
  Locks locks;
  const Plan plan = {locks.step};
  const auto first = apply::apply(plan);
  REQUIRE(first.size() == 1);
  CHECK(first[0].result == Result::done);
  CHECK(first[0].step.target == locks.path);
  CHECK(first[0].detail == "removed: process " + std::to_string(locks.pid) + " has ended");
  CHECK_MESSAGE(entries_in(locks.root.path("whatsapp")) == 0, "nothing may be left beside it");
  const auto second = apply::apply(plan);
  CHECK(second[0].result == Result::skipped);
  CHECK(second[0].detail == "it is gone already");
}

TEST_CASE("a lock of a zombie and one of a pid that was reused are removed, in both formats") {
  Locks locks;
  const Zombie zombie;
  locks.root.write_file("whatsapp/biz.lock", gateway_lock(zombie.pid(), 0));
  locks.step = removal(locks.path, zombie.pid(), 0);
  CHECK(locks.take().result == Result::done);
  const LiveChild child([] { return std::string(); });
  locks.root.write_file("whatsapp/biz.lock", gateway_lock(child.pid(), 1));
  locks.step = removal(locks.path, child.pid(), 1);
  CHECK(locks.take().result == Result::done);
}

TEST_CASE("the lock of a process that is alive by now is left alone") {
  Locks locks;
  const LiveChild child([] { return std::string(); });
  locks.root.write_file("whatsapp/biz.lock", connection_lock(child.pid(), 0));
  locks.step = removal(locks.path, child.pid(), 0);
  const Outcome outcome = locks.take();
  CHECK(outcome.result == Result::skipped);
  CHECK(outcome.detail == "process " + std::to_string(child.pid()) + " is alive");
  CHECK(content_of(locks.path) == connection_lock(child.pid(), 0));
}

TEST_CASE("a lock that was written anew in place names somebody else, and is left alone") {
  Locks locks;
  std::string text;
  SUBCASE("another process") {
    text = connection_lock(ended_pid(), kStart);
  }
  SUBCASE("the same pid at another time") {
    text = connection_lock(locks.pid, kStart + 1);
  }
  SUBCASE("nobody yet") {
    text = "";
  }
  locks.root.write_file("whatsapp/biz.lock", text);
  REQUIRE(identity_at(locks.path) == locks.step.identity);
  CHECK(locks.take().result == Result::skipped);
  CHECK(content_of(locks.path) == text);
}

TEST_CASE("an empty lock is removed when it is old, still empty, and not a moment earlier") {
  Locks locks;
  locks.root.write_file("whatsapp/biz.lock", "");
  locks.step = removal(locks.path, 0, 0);
  CHECK(locks.take().detail == "it is being written");
  make_old(locks.path);
  CHECK(locks.take().result == Result::done);
  locks.root.write_file("whatsapp/biz.lock", connection_lock(1, 0));
  locks.step = removal(locks.path, 0, 0);
  make_old(locks.path);
  CHECK(locks.take().result == Result::skipped);
}

TEST_CASE("what took the lock's place between plan and apply is left alone, and not followed") {
  Locks locks;
  std::filesystem::rename(locks.path, locks.root.path("kept"));  // so that its inode stays taken
  SUBCASE("a symbolic link") {
    locks.root.make_link("whatsapp/biz.lock", locks.victim);
  }
  SUBCASE("another lock with the same text") {
    locks.root.write_file("whatsapp/biz.lock", connection_lock(locks.pid, kStart));
  }
  SUBCASE("a directory") {
    locks.root.make_directory("whatsapp/biz.lock");
  }
  SUBCASE("a FIFO") {
    REQUIRE(::mkfifo(locks.path.c_str(), 0600) == 0);
  }
  SUBCASE("a symbolic link above") {
    std::filesystem::rename(locks.root.path("kept"), locks.root.path("biz.lock"));
    std::filesystem::remove(locks.root.path("whatsapp"));
    locks.root.make_link("whatsapp", locks.root.path());
  }
  const FileIdentity before = identity_at(locks.path);
  const Outcome outcome = locks.take();
  CHECK(outcome.result == Result::skipped);
  CHECK_FALSE(outcome.detail.empty());
  CHECK(identity_at(locks.path) == before);
  locks.expect_victim_untouched();
}

TEST_CASE("of a lock with two names only the one that was judged goes") {
  Locks locks;
  std::filesystem::create_hard_link(locks.path, locks.root.path("other-name"));
  CHECK(locks.take().result == Result::done);
  CHECK(content_of(locks.root.path("other-name")) == connection_lock(locks.pid, kStart));
}

TEST_CASE("what takes the lock's place in the last moment is put back as it was") {
  Locks locks;
  Interfering late;
  const auto swap_in = [&](const auto& make) {
    late.before_move_aside = [&locks, make] {
      std::filesystem::rename(locks.path, locks.root.path("kept"));
      make();
      return 0;
    };
  };
  SUBCASE("a new gateway's lock") {
    swap_in([&] { locks.root.write_file("whatsapp/biz.lock", connection_lock(::getpid(), 0)); });
  }
  SUBCASE("a symbolic link") {
    swap_in([&] { locks.root.make_link("whatsapp/biz.lock", locks.victim); });
  }
  SUBCASE("a directory with something in it") {
    swap_in([&] { locks.root.write_file("whatsapp/biz.lock/precious", "x"); });
  }
  SUBCASE("new text in the same file") {
    late.before_move_aside = [&] {
      locks.root.write_file("whatsapp/biz.lock", connection_lock(::getpid(), 0));
      return 0;
    };
  }
  const Outcome outcome = apply::remove_stale_lock(locks.step, late);
  CHECK(outcome.result == Result::skipped);
  CHECK(entries_in(locks.root.path("whatsapp")) == 1);
  CHECK_NOTHROW(status_of(locks.path));
  locks.expect_victim_untouched();
}

TEST_CASE("a call that fails leaves the lock where it was, and says why") {
  Locks locks;
  Interfering faulty;
  SUBCASE("moving it aside") {
    faulty.before_move_aside = breaks;
  }
  SUBCASE("deleting it") {
    faulty.before_remove = breaks;
  }
  const Outcome outcome = apply::remove_stale_lock(locks.step, faulty);
  CHECK(outcome.result == Result::failed);
  CHECK(outcome.detail == "it can't be removed: Input/output error");
  CHECK(identity_at(locks.path) == locks.step.identity);
  CHECK(entries_in(locks.root.path("whatsapp")) == 1);
}

TEST_CASE("a lock that can't even be put back is named where it is now") {
  Locks locks;
  Interfering faulty;
  faulty.before_remove = breaks;
  SUBCASE("the call fails") {
    faulty.before_move_back = breaks;
  }
  SUBCASE("a third lock stands there by now, and is not overwritten") {
    faulty.before_move_back = [&] {
      locks.root.write_file("whatsapp/biz.lock", "the third");
      return 0;
    };
  }
  const Outcome outcome = apply::remove_stale_lock(locks.step, faulty);
  CHECK(outcome.result == Result::failed);
  const std::size_t at = outcome.detail.find(locks.root.path("whatsapp/.wasession-"));
  REQUIRE(at != std::string::npos);
  const std::string now_at = outcome.detail.substr(at, outcome.detail.find(' ', at) - at);
  CHECK(identity_at(now_at) == locks.step.identity);
  if (std::filesystem::exists(locks.path)) CHECK(content_of(locks.path) == "the third");
}

TEST_CASE("a directory that may not be written is a failure with its reason, not an end") {
  Locks locks;
  REQUIRE(::chmod(locks.root.path().c_str(), 0755) == 0);
  const LiveChild child([&]() -> std::string {
    constexpr uid_t kPerson = 61234;
    if (::geteuid() != 0) {
      ::chmod(locks.root.path("whatsapp").c_str(), 0500);
    } else if (::setgid(kPerson) != 0 || ::setuid(kPerson) != 0) {
      return "no setuid";
    }
    const auto outcomes = apply::apply({locks.step, locks.step});
    if (outcomes.size() != 2 || outcomes[1].result != Result::failed) return "not two failures";
    return outcomes[0].detail;
  });
  CHECK(child.said() == "it can't be removed: Permission denied");
  ::chmod(locks.root.path("whatsapp").c_str(), 0755);
  CHECK(identity_at(locks.path) == locks.step.identity);
}

TEST_CASE("a file that changes places with a symbolic link in a loop never costs the link's end") {
  Locks locks;
  std::atomic<bool> stop{false};
  std::atomic<unsigned> swaps{0};
  const std::string text = connection_lock(locks.pid, kStart);
  std::thread swapper([&] {
    const std::string link = locks.root.path("link");
    const std::string lock = locks.root.path("lock");
    while (!stop) {
      ::unlink(link.c_str());
      if (::symlink(locks.victim.c_str(), link.c_str()) == 0) {
        ::rename(link.c_str(), locks.path.c_str());
      }
      std::ofstream(lock, std::ios::trunc) << text;
      ::rename(lock.c_str(), locks.path.c_str());
      ++swaps;
    }
  });
  for (int round = 0; round < 1000; ++round) {
    // The other thread must have got on: otherwise these are rounds without a race.
    for (const unsigned seen = swaps; swaps == seen;) std::this_thread::yield();
    struct stat status {};
    if (::lstat(locks.path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
      locks.step.identity = apply::identity_of(status);
    }
    locks.take();
  }
  stop = true;
  swapper.join();
  locks.expect_victim_untouched();
}

// OpenClaw's lock while others read, replace and take it.
#include <array>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <unistd.h>

#include "unit/lease/openclaw_support.h"

using namespace wasession;
using namespace wasession::test;
using lease::Leases;

namespace {

/// Another wasession, which takes the lock and gives it back when it is told to.
class Contender {
 public:
  explicit Contender(Auth& auth) {
    std::array<int, 2> orders{};
    std::array<int, 2> answers{};
    REQUIRE(::pipe(orders.data()) == 0);
    REQUIRE(::pipe(answers.data()) == 0);
    pid_ = ::fork();
    if (pid_ == 0) obey(auth, orders[0], answers[1]);
    ::close(orders[0]);
    ::close(answers[1]);
    order_ = observe::Descriptor(orders[1]);
    answer_ = observe::Descriptor(answers[0]);
  }
  ~Contender() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Contender(const Contender&) = delete;
  Contender& operator=(const Contender&) = delete;

  int pid() const { return pid_; }
  void order() const { REQUIRE(::write(order_.get(), "x", 1) == 1); }
  /// `t` for taken, `h` for held by the other, `-` for given back.
  char answer() const {
    char byte = 0;
    REQUIRE(::read(answer_.get(), &byte, 1) == 1);
    return byte;
  }

 private:
  [[noreturn]] static void obey(Auth& auth, int orders, int answers) {
    char byte = 0;
    while (::read(orders, &byte, 1) == 1) {
      {
        Leases leases(auth.folder.path);
        const lease::Attempt attempt = auth.attempt(leases);
        const bool taken = attempt.answer == lease::Answer::taken;
        const bool held = attempt.answer == lease::Answer::held && attempt.pid != 0;
        if (::write(answers, taken ? "t" : held ? "h" : "?", 1) != 1) break;
        if (::read(orders, &byte, 1) != 1) break;
      }
      if (::write(answers, "-", 1) != 1) break;
    }
    ::_exit(0);
  }

  pid_t pid_ = -1;
  observe::Descriptor order_;
  observe::Descriptor answer_;
};

}  // namespace

TEST_SUITE("OpenClaw's lock, taken by run,") {
  TEST_CASE("is never seen empty or in part, which would block the gateway for ever") {
    Auth auth;
    const std::string stale = connection_lock(ended_pid(), 77);
    std::atomic<bool> stop{false};
    std::atomic<unsigned> seen{0};
    std::string broken;
    std::thread reader([&] {
      while (!stop) {
        std::ifstream stream(auth.lock, std::ios::binary);
        if (!stream) continue;
        std::ostringstream bytes;
        bytes << stream.rdbuf();
        const std::string text = bytes.str();
        const bool whole = text.ends_with("\n") && text.size() > 137 &&
                           text.find("\"starttime\"") != std::string::npos;
        if (!whole && text != stale && broken.empty()) broken = "<" + text + ">";
        ++seen;
      }
    });
    for (int round = 0; round < 500 || seen < 500; ++round) {
      // Every other one replaces what a killed gateway left; it, too, came by link(2).
      if (round % 2 == 0) {
        const std::string left = auth.folder.root.write_file("left", stale);
        REQUIRE(::rename(left.c_str(), auth.lock.c_str()) == 0);
      }
      Leases leases(auth.folder.path);
      CHECK(auth.take(leases) == "taken");
    }
    stop = true;
    reader.join();
    CHECK_MESSAGE(broken.empty(), "a gateway would have read ", broken);
  }

  TEST_CASE("is had by one of two that take over what a third one left") {
    Auth auth;
    const std::string stale = connection_lock(ended_pid(), 77);
    const Contender first(auth);
    const Contender second(auth);
    for (int round = 0; round < 1000; ++round) {
      const std::string left = auth.folder.root.write_file("left", stale);
      REQUIRE(::rename(left.c_str(), auth.lock.c_str()) == 0);
      first.order();
      second.order();
      const std::string answers{first.answer(), second.answer()};
      INFO("the answers are ", answers);
      REQUIRE_MESSAGE((answers == "th" || answers == "ht"), "not one of the two has the lock");
      const int winner = answers == "th" ? first.pid() : second.pid();
      REQUIRE_MESSAGE(auth.names(identity_of_live(winner)), "who has the lock is not in it");
      for (const Contender* const contender : {&first, &second}) {
        contender->order();
        REQUIRE(contender->answer() == '-');
      }
      REQUIRE_MESSAGE(auth.entries() == 1, "something is left beside the auth directory");
    }
  }

  TEST_CASE("is not removed at the end when it is another's by then") {
    Auth auth;
    const LiveChild gateway([] { return std::string(); });
    const ProcessIdentity other = identity_of_live(gateway.pid());
    // Many file systems give the number of a removed file to the next one.
    for (int round = 0; round < 20; ++round) {
      {
        Leases leases(auth.folder.path);
        REQUIRE(auth.take(leases) == "taken");
        REQUIRE(::unlink(auth.lock.c_str()) == 0);
        auth.write(connection_lock(other.pid, other.start));
      }
      REQUIRE_MESSAGE(std::filesystem::exists(auth.lock), "a gateway loses its lock");
      CHECK(auth.names(other));
      REQUIRE(::unlink(auth.lock.c_str()) == 0);
    }
  }

  TEST_CASE("that is gone at the end, or a link by then, is no trouble") {
    Auth auth;
    const std::string victim = auth.folder.root.write_file("victim", "precious");
    {
      Leases leases(auth.folder.path);
      REQUIRE(auth.take(leases) == "taken");
      REQUIRE(::unlink(auth.lock.c_str()) == 0);
    }
    {
      Leases leases(auth.folder.path);
      REQUIRE(auth.take(leases) == "taken");
      REQUIRE(::unlink(auth.lock.c_str()) == 0);
      REQUIRE(::symlink(victim.c_str(), auth.lock.c_str()) == 0);
    }
    CHECK(std::filesystem::is_symlink(auth.lock));
    CHECK(content_of(victim) == "precious");
  }
}

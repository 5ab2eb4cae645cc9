// Who is back after everything was stopped, by looks at machines built by hand.
#include <unistd.h>

#include "unit/apply/stopping_support.h"
#include "unit/judge/snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

namespace {

/// One session that nobody holds.
SnapshotBuilder left_alone() {
  SnapshotBuilder machine;
  machine.session("baileys/bot", 1, Tool::baileys);
  return machine;
}

/// The same, held by a process.
SnapshotBuilder held_by(int pid, Strength strength = Strength::certain,
                        EvidenceKind kind = EvidenceKind::open_file) {
  SnapshotBuilder machine = left_alone();
  machine.hold(0, machine.process(pid), strength, kind);
  return machine;
}

Step watching(bool brief = false) {
  Step step;
  step.kind = StepKind::watch_for_return;
  step.target = "baileys/bot";
  step.watch = Watch{{"baileys/bot"}, {}, {}, brief};
  return step;
}

/// Looks that show one machine after the other, the last one ever after.
class Looks {
 public:
  explicit Looks(std::vector<SnapshotBuilder> machines) : machines_(std::move(machines)) {}

  Outcome watched(const Step& step, std::chrono::milliseconds time = 0ms) {
    apply::Means means;
    means.watch = time;
    means.interrupted = &interrupted;
    means.look = [&] {
      const std::size_t position = std::min(taken, machines_.size() - 1);
      if (++taken == interrupt_at) interrupted = SIGINT;
      return machines_[position].build();
    };
    return apply::watch_for_return(step, means);
  }

  std::size_t taken = 0;
  std::size_t interrupt_at = 0;  ///< the look at which Ctrl-C is pressed; 0: never
  volatile std::sig_atomic_t interrupted = 0;

 private:
  std::vector<SnapshotBuilder> machines_;
};

Outcome watched_once(const SnapshotBuilder& machine, const Step& step = watching()) {
  return Looks({machine}).watched(step);
}

}  // namespace

TEST_SUITE("after everything was stopped") {
  TEST_CASE("nobody is back, which is said with how long was looked") {
    const Outcome outcome = watched_once(left_alone());
    CHECK(outcome.result == Result::done);
    CHECK_EQ(outcome.detail, "nobody came back within 0 s");
    CHECK_EQ(watched_once(left_alone(), watching(true)).detail, "nobody uses it");
  }

  TEST_CASE("one look is enough where nobody was stopped") {
    Looks looks({left_alone()});
    CHECK(looks.watched(watching(true), 1h).result == Result::done);
    CHECK_EQ(looks.taken, 1);
  }

  TEST_CASE("one that is back is told at once, with who started it") {
    SnapshotBuilder back = held_by(22);
    back.process_at(0).command = "node bot.js";
    SUBCASE("its supervisor") {
      back.process_at(0).supervisor = Supervisor{SupervisorKind::pm2, "bot"};
      Looks looks({left_alone(), back});
      const Outcome outcome = looks.watched(watching(), 1h);
      CHECK(outcome.result == Result::failed);
      CHECK_FALSE(outcome.could_not);
      CHECK_EQ(looks.taken, 2);
      CHECK_EQ(outcome.detail,
               "it came back: pid 22 (node bot.js) holds baileys/bot, started by pm2 (bot)");
    }
    SUBCASE("a process that lives") {
      back.process_at(0).parent = ::getpid();
      const std::string detail = watched_once(back).detail;
      CHECK_MESSAGE(says(detail, "its parent, pid " + std::to_string(::getpid()) + " ("), detail);
    }
    SUBCASE("a process that has ended") {
      const std::string detail = watched_once(back).detail;
      CHECK_MESSAGE(says(detail, "started by a process that has ended since"), detail);
    }
  }

  TEST_CASE("one that is only about to come counts at the last look, not before") {
    const SnapshotBuilder about = held_by(22, Strength::possible, EvidenceKind::command_line);
    const Outcome outcome = watched_once(about);
    CHECK(outcome.result == Result::failed);
    CHECK_MESSAGE(says(outcome.detail, "is about to use"), outcome.detail);
    Looks looks({about, left_alone()});
    const Outcome gone = looks.watched(watching(), 400ms);
    CHECK_MESSAGE(gone.result == Result::done, gone.detail);
    CHECK_EQ(looks.taken, 2);
  }

  TEST_CASE("a shell that stands in the directory is nobody") {
    CHECK(watched_once(held_by(22, Strength::possible, EvidenceKind::working_directory)).result ==
          Result::done);
  }

  TEST_CASE("who was kept, who has ended, and who uses another session is nobody") {
    Step step = watching();
    step.watch->known = {{22, 22}};
    CHECK(watched_once(held_by(22), step).result == Result::done);
    SnapshotBuilder again = held_by(22);
    again.process_at(0).identity.start = 23;
    CHECK_MESSAGE(watched_once(again, step).result == Result::failed,
                  "another process with the pid of a known one is taken for it");
    SnapshotBuilder zombie = held_by(22);
    zombie.process_at(0).zombie = true;
    CHECK(watched_once(zombie).result == Result::done);
    SnapshotBuilder elsewhere = left_alone();
    elsewhere.hold(elsewhere.session("baileys/other", 2), elsewhere.process(22), Strength::certain);
    CHECK(watched_once(elsewhere).result == Result::done);
  }

  TEST_CASE("a purged directory that is there again is told, an unpaired one is not") {
    Step step = watching();
    step.watch->paths = {"/srv/baileys/bot"};
    SnapshotBuilder machine = left_alone();
    const Outcome outcome = watched_once(machine, step);
    CHECK(outcome.result == Result::failed);
    CHECK_EQ(outcome.detail, "/srv/baileys/bot is there again");
    machine.at(0).credential.state = State::unpaired;
    CHECK(watched_once(machine, step).result == Result::done);
    machine.at(0).store.path = "/srv/elsewhere";
    machine.at(0).credential.state = State::linked;
    CHECK(watched_once(machine, step).result == Result::done);
  }

  TEST_CASE("one that uses a purged path is told under whatever id it has now") {
    Step step = watching();
    step.watch->paths = {"/srv/baileys/bot"};
    SnapshotBuilder machine = held_by(22);
    machine.at(0).id = "srv/bot";
    const Outcome outcome = watched_once(machine, step);
    CHECK(outcome.result == Result::failed);
    CHECK_MESSAGE(says(outcome.detail, "pid 22"), outcome.detail);
  }

  TEST_CASE("an interruption ends the watch, and the answer is no") {
    Looks looks({left_alone()});
    looks.interrupt_at = 1;
    const Outcome outcome = looks.watched(watching(), 1h);
    CHECK(outcome.result == Result::failed);
    CHECK_MESSAGE(says(outcome.detail, "interrupted"), outcome.detail);
    CHECK_EQ(looks.taken, 1);
  }

  TEST_CASE("where nothing can look the watch is skipped, not called good") {
    CHECK(apply::watch_for_return(watching(), {}).result == Result::skipped);
  }
}

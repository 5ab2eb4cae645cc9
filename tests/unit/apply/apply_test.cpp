// Which steps are taken after what came of those before.
#include <stdexcept>

#include "unit/apply/stopping_support.h"
#include "unit/judge/snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;

namespace {

/// A step of which comes what its target says: done, no (failed), or an exception.
Step step_that(const std::string& target) {
  Step step;
  step.kind = StepKind::watch_for_return;
  step.target = target;
  step.watch = Watch{{target}, {}, {}, true};
  return step;
}

Step if_done(std::size_t position, Step step) {
  step.if_done = position;
  return step;
}

Step unless_done(std::size_t position, Step step) {
  step.unless_done = position;
  return step;
}

/// Nobody's signal, process or file: every look decides by the step that looks.
class Script {
 public:
  std::vector<Outcome> taken(const Plan& plan) {
    apply::Means means;
    means.interrupted = &interrupted_;
    std::size_t next = 0;
    // Steps that are passed over do not look.
    means.look = [&] {
      while (!looks(plan, next)) ++next;
      return look(plan[next++].target);
    };
    looked.clear();
    return apply::apply(plan, means);
  }

  std::vector<std::string> looked;
  std::vector<std::string> passed;  ///< targets that are not to look

 private:
  bool looks(const Plan& plan, std::size_t position) const {
    return std::ranges::find(passed, plan[position].target) == passed.end();
  }

  Snapshot look(const std::string& target) {
    looked.push_back(target);
    if (target == "throws") throw std::runtime_error("the disk is full");
    if (target == "interrupts") interrupted_ = SIGINT;
    SnapshotBuilder machine;
    machine.session(target, 1);
    if (target == "no") machine.hold(0, machine.process(22), Strength::certain);
    return machine.build();
  }

  volatile std::sig_atomic_t interrupted_ = 0;
};

std::string results(const std::vector<Outcome>& outcomes) {
  std::string text;
  for (const Outcome& outcome : outcomes) {
    if (!text.empty()) text += " ";
    text += to_string(outcome.result);
  }
  return text;
}

}  // namespace

TEST_SUITE("steps") {
  TEST_CASE("are taken in order, each with an outcome, and one that fails stops no other") {
    Script script;
    const auto outcomes = script.taken({step_that("a"), step_that("no"), step_that("b")});
    CHECK_EQ(results(outcomes), "done failed done");
    CHECK_EQ(script.looked, std::vector<std::string>{"a", "no", "b"});
    CHECK_EQ(outcomes[1].step.target, "no");
  }

  TEST_CASE("that depend on a done one are not taken after a failure, and say which it was") {
    Script script;
    script.passed = {"b"};
    const auto outcomes = script.taken({step_that("no"), if_done(0, step_that("b"))});
    CHECK_EQ(results(outcomes), "failed failed");
    CHECK_EQ(outcomes[1].detail, "not done, because step 1 was not");
    CHECK_FALSE(outcomes[1].could_not);
    CHECK_EQ(script.looked, std::vector<std::string>{"no"});
    script.passed.clear();
    CHECK_EQ(results(script.taken({step_that("a"), if_done(0, step_that("b"))})), "done done");
  }

  TEST_CASE("that only replace another one are skipped after it was done, and are no failure") {
    Script script;
    script.passed = {"b"};
    const auto outcomes = script.taken({step_that("a"), unless_done(0, step_that("b"))});
    CHECK_EQ(results(outcomes), "done skipped");
    CHECK_EQ(outcomes[1].detail, "not needed any more");
    script.passed.clear();
    CHECK_EQ(results(script.taken({step_that("no"), unless_done(0, step_that("b"))})),
             "failed done");
  }

  TEST_CASE("with both conditions are skipped when not needed, even if the other one is not met") {
    Script script;
    script.passed = {"unit", "end"};
    const Step unit = unless_done(0, step_that("unit"));
    const Step end = if_done(1, unless_done(0, step_that("end")));
    CHECK_EQ(results(script.taken({step_that("channel"), unit, end})), "done skipped skipped");
    script.passed = {"end"};
    CHECK_EQ(results(script.taken({step_that("no"), unless_done(0, step_that("no")), end})),
             "failed failed failed");
  }

  TEST_CASE("after an interruption are not begun") {
    Script script;
    const auto outcomes =
        script.taken({step_that("a"), step_that("interrupts"), step_that("b"), step_that("c")});
    CHECK_EQ(outcomes[2].detail, "interrupted before it was begun");
    CHECK(outcomes[2].result == Result::failed);
    CHECK(outcomes[3].result == Result::failed);
    CHECK_EQ(script.looked, std::vector<std::string>{"a", "interrupts"});
  }

  TEST_CASE("that throw have failed for what the machine did not allow, and the rest goes on") {
    Script script;
    const auto outcomes = script.taken({step_that("throws"), step_that("a")});
    CHECK_EQ(results(outcomes), "failed done");
    CHECK_EQ(outcomes[0].detail, "the disk is full");
    CHECK(outcomes[0].could_not);
  }

  TEST_CASE("that lack what they need have failed and touch nothing") {
    for (const StepKind kind : {StepKind::stop_channel, StepKind::stop_unit, StepKind::end_process,
                                StepKind::watch_for_return}) {
      Step step;
      step.kind = kind;
      apply::Means means;
      means.look = [] { return Snapshot{}; };
      CHECK_EQ(results(apply::apply({step}, means)), "failed");
    }
  }
}

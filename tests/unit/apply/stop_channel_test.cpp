// OpenClaw ends one account: believed only when its gateway has let go of it.
#include "unit/apply/stopping_support.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

namespace {

constexpr int kGateway = 4711;
constexpr const char* kStopped = R"(echo '{"channel":"whatsapp","stopped":true}')";

/// An account that the gateway holds, and the step that ends it.
struct HeldAccount {
  TemporaryDirectory files;
  std::string lock =
      files.write_file("credentials/whatsapp/default.lock", connection_lock(kGateway, 100));
  Step step = stopping_step(StepKind::stop_channel, {kGateway, 100});

  HeldAccount() {
    Channel channel;
    channel.account = "default";
    channel.state_directory = files.path();
    channel.auth_directory = files.path("credentials/whatsapp/default");
    step.channel = channel;
  }

  std::string let_go() const { return "rm '" + lock + "'\n"; }

  Outcome stopped_by(const std::string& script, std::chrono::milliseconds timeout = 60s) const {
    const StandIns programs;
    programs.add("openclaw", script);
    return apply::stop_channel(step, within(timeout));
  }
};

}  // namespace

TEST_SUITE("one account of a gateway") {
  TEST_CASE("has ended when the gateway says so and its lock is gone") {
    const HeldAccount account;
    const Outcome outcome = account.stopped_by(account.let_go() + kStopped);
    CHECK_MESSAGE(outcome.result == Result::done, outcome.detail);
  }

  TEST_CASE("has ended when another process has the lock by now") {
    const HeldAccount account;
    account.files.write_file("other.lock", connection_lock(4712, 200));
    const std::string taken =
        "mv '" + account.files.path("other.lock") + "' '" + account.lock + "'\n";
    CHECK(account.stopped_by(taken + kStopped).result == Result::done);
  }

  TEST_CASE("has not ended while the gateway keeps the lock, whatever the answer") {
    const HeldAccount account;
    const Outcome outcome = account.stopped_by(kStopped);
    CHECK(outcome.result == Result::skipped);
    CHECK_MESSAGE(says(outcome.detail, "pid 4711 has not let go"), outcome.detail);
  }

  TEST_CASE("is not waited for when interrupted") {
    const HeldAccount account;
    volatile std::sig_atomic_t interrupted = 0;
    Recorded commands;
    commands.answer.text = R"({"stopped":true})";
    commands.meanwhile = [&] { interrupted = SIGINT; };
    apply::Means means;
    means.commands = &commands;
    means.interrupted = &interrupted;
    CHECK(apply::stop_channel(account.step, means).result == Result::skipped);
  }

  TEST_CASE("is asked for by its names, byte for byte, in its gateway's directory") {
    HeldAccount account;
    account.step.channel->account = "o'hara \"x\"\n";
    account.step.channel->profile = "work";
    const StandIns programs;
    programs.add("openclaw", "printf '%s|' \"$@\" \"$OPENCLAW_STATE_DIR\" >\"$here/said\"\n" +
                                 account.let_go() + kStopped);
    REQUIRE(apply::stop_channel(account.step, within(60s)).result == Result::done);
    CHECK_EQ(programs.content("said"),
             "--profile=work|gateway|call|channels.stop|--json|--params|"
             R"({"accountId":"o'hara \"x\"\n","channel":"whatsapp"}|)" +
                 account.files.path() + "|");
  }

  TEST_CASE("may have a name that is no UTF-8") {
    HeldAccount account;
    account.step.channel->account = "\xff\xfe";
    CHECK(account.stopped_by(account.let_go() + kStopped).result == Result::done);
  }

  TEST_CASE("is found to have ended among other lines") {
    const HeldAccount account;
    const std::string noise = "echo '[plugins] loaded {whatsapp}' >&2\necho 'Config: ok'\n";
    const std::string pretty = "printf '{\\n  \"stopped\": true\\n}\\n'\n";
    const Outcome outcome = account.stopped_by(account.let_go() + noise + pretty + "echo 'bye'\n");
    CHECK_MESSAGE(outcome.result == Result::done, outcome.detail);
  }
}

TEST_SUITE("the next step ends the gateway when the CLI") {
  TEST_CASE("says anything but that it stopped") {
    const HeldAccount account;
    for (const std::string said :
         {R"({"stopped":false})", R"({"stopped":"true"})", R"({"ok":true})", "[]", "stopped", "",
          "{", "}{", R"({"error":"unknown method channels.stop"})"}) {
      CAPTURE(said);
      const Outcome outcome = account.stopped_by(account.let_go() + "printf '%s' '" + said + "'");
      CHECK(outcome.result == Result::skipped);
      CHECK(says(outcome.detail, "did not say that it stopped"));
      account.files.write_file("credentials/whatsapp/default.lock", connection_lock(kGateway, 100));
    }
  }

  TEST_CASE("fails, and its words are told") {
    const HeldAccount account;
    const Outcome outcome = account.stopped_by("echo 'gateway closed (1006)' >&2\nexit 1");
    CHECK(outcome.result == Result::skipped);
    CHECK_MESSAGE(says(outcome.detail, "exited with 1: gateway closed (1006)"), outcome.detail);
    CHECK(says(outcome.detail, "the next step does it"));
  }

  TEST_CASE("fails although it says that it stopped") {
    const HeldAccount account;
    CHECK(account.stopped_by(account.let_go() + kStopped + "\nexit 1").result == Result::skipped);
  }

  TEST_CASE("hangs") {
    const HeldAccount account;
    const Outcome outcome = account.stopped_by("exec sleep 300", 50ms);
    CHECK(outcome.result == Result::skipped);
    CHECK_MESSAGE(says(outcome.detail, "did not answer in time"), outcome.detail);
  }

  TEST_CASE("is not installed") {
    const HeldAccount account;
    const TemporaryDirectory nothing;
    const Variable path("PATH", nothing.path().c_str());
    const Outcome outcome = apply::stop_channel(account.step, {});
    CHECK(outcome.result == Result::skipped);
    CHECK_MESSAGE(says(outcome.detail, "openclaw is not on the PATH"), outcome.detail);
  }
}

// What would start a process again is stopped by its own command.
#include "unit/apply/stopping_support.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

namespace {

Step stopping_unit(int pid, SupervisorKind kind, const std::string& unit) {
  Step step = stopping_step(StepKind::stop_unit, identity_of_live(pid));
  step.target = unit;
  step.stopping->supervisor = Supervisor{kind, unit};
  return step;
}

/// What is run for a step, the environment's additions in front.
std::string command_for(const Step& step) {
  Recorded commands;
  apply::Means means = within(0ms);
  means.commands = &commands;
  apply::stop_unit(step, means);
  if (commands.commands.empty()) return "";
  std::string text;
  for (const auto& [name, value] : commands.commands[0].environment) {
    text += name;
    text += "=" + value + " ";
  }
  return text + to_string(commands.commands[0]);
}

}  // namespace

TEST_SUITE("a unit is stopped") {
  TEST_CASE("by the command of its supervisor") {
    const LiveChild child(ends_on_sigterm);
    const Variable runtime("XDG_RUNTIME_DIR", "/run/user/4711");
    const auto command = [&](SupervisorKind kind, const std::string& unit) {
      return command_for(stopping_unit(child.pid(), kind, unit));
    };
    using enum SupervisorKind;
    CHECK_EQ(command(systemd, "bot.service"), "systemctl stop bot.service");
    CHECK_EQ(command(systemd_user, "bot.service"), "systemctl --user stop bot.service");
    CHECK_EQ(command(pm2, "bot"), "pm2 stop bot");
    CHECK_EQ(command(docker, "0a1b2c"), "docker stop 0a1b2c");
    CHECK_EQ(command(podman, "0a1b2c"), "podman stop 0a1b2c");
    CHECK_EQ(command(launchd, "ai.openclaw.gateway"),
             "launchctl bootout gui/" + std::to_string(::geteuid()) + "/ai.openclaw.gateway");
    CHECK_EQ(command(kubernetes, "pod"), "");
    CHECK_EQ(command(shell, "bash 7"), "");
  }

  TEST_CASE("of this user through the runtime directory that cron does not name") {
    const LiveChild child(ends_on_sigterm);
    const Variable runtime("XDG_RUNTIME_DIR", nullptr);
    const std::string uid = std::to_string(::geteuid());
    CHECK_EQ(command_for(stopping_unit(child.pid(), SupervisorKind::systemd_user, "bot.service")),
             "XDG_RUNTIME_DIR=/run/user/" + uid + " systemctl --user stop bot.service");
  }

  TEST_CASE("of another user through that user's manager, by name or by number") {
    const LiveChild child(ends_on_sigterm);
    Step step = stopping_unit(child.pid(), SupervisorKind::systemd_user, "bot.service");
    step.stopping->uid = ::geteuid() + 1;
    step.stopping->user = "bob";
    CHECK_EQ(command_for(step), "systemctl --user --machine=bob@.host stop bot.service");
    step.stopping->user.clear();
    CHECK_EQ(command_for(step), "systemctl --user --machine=" + std::to_string(::geteuid() + 1) +
                                    "@.host stop bot.service");
  }

  TEST_CASE("of pm2 by its number, in the daemon that it belongs to") {
    const LiveChild child(ends_on_sigterm);
    Step step = stopping_unit(child.pid(), SupervisorKind::pm2, "bot");
    step.stopping->supervisor->number = "3";
    step.stopping->supervisor->home = "/srv/a b/.pm2";
    CHECK_EQ(command_for(step), "PM2_HOME=/srv/a b/.pm2 pm2 stop 3");
  }

  TEST_CASE("also when its name begins with a dash, which is no option then") {
    const LiveChild child(ends_on_sigterm);
    CHECK_EQ(command_for(stopping_unit(child.pid(), SupervisorKind::systemd, "-.slice")),
             "systemctl stop -- -.slice");
    CHECK_EQ(command_for(stopping_unit(child.pid(), SupervisorKind::pm2, "--all")),
             "pm2 stop -- --all");
  }

  TEST_CASE("only while the process that was judged is there") {
    Recorded commands;
    apply::Means means;
    means.commands = &commands;
    const LiveChild child(ends_on_sigterm);
    Step step = stopping_unit(child.pid(), SupervisorKind::systemd, "bot.service");
    step.stopping->process.start += 1;
    CHECK(apply::stop_unit(step, means).result == Result::skipped);
    CHECK_MESSAGE(commands.commands.empty(), "a unit is stopped for a process that has ended");
  }
}

TEST_SUITE("the stop of a unit") {
  TEST_CASE("waits until its process has ended") {
    const LiveChild child(ends_on_sigterm);
    Recorded commands;
    commands.meanwhile = [&] { ::kill(child.pid(), SIGTERM); };
    apply::Means means;
    means.commands = &commands;
    const Outcome outcome =
        apply::stop_unit(stopping_unit(child.pid(), SupervisorKind::docker, "bot"), means);
    CHECK(outcome.result == Result::done);
    CHECK_MESSAGE(says(outcome.detail, "docker stop bot"), outcome.detail);
    CHECK_MESSAGE(says(outcome.detail, "has ended"), outcome.detail);
  }

  TEST_CASE("is done when the command was, and says that the process is still there") {
    const LiveChild child(ends_on_sigterm);
    const StandIns programs;
    programs.add("systemctl", "printf '%s|' \"$@\" >\"$here/said\"");
    volatile std::sig_atomic_t waited_enough = 0;
    apply::Means means;
    means.interrupted = &waited_enough;
    means.waiting = [&](const std::string& what, std::chrono::milliseconds,
                        std::chrono::milliseconds) {
      if (says(what, "waiting for pid")) waited_enough = 1;
    };
    const Outcome outcome = apply::stop_unit(
        stopping_unit(child.pid(), SupervisorKind::systemd, "it's a $(bot).service"), means);
    CHECK(outcome.result == Result::done);
    CHECK_MESSAGE(says(outcome.detail, "is still there"), outcome.detail);
    CHECK_EQ(programs.content("said"), "stop|it's a $(bot).service|");
    CHECK_EQ(ended_by(child.pid()), 0);
  }

  TEST_CASE("that is refused tells what the command said, and that the machine did not allow it") {
    const LiveChild child(ends_on_sigterm);
    const StandIns programs;
    programs.add("systemctl",
                 "echo \"Failed to stop $2: Interactive authentication required.\" >&2"
                 "\nexit 4");
    const Outcome outcome =
        apply::stop_unit(stopping_unit(child.pid(), SupervisorKind::systemd, "bot.service"), {});
    CHECK(outcome.result == Result::failed);
    CHECK(outcome.could_not);
    CHECK_EQ(outcome.detail,
             "systemctl stop bot.service exited with 4: Failed to stop bot.service: Interactive "
             "authentication required.");
  }

  TEST_CASE("whose command is missing says which") {
    const LiveChild child(ends_on_sigterm);
    const TemporaryDirectory nothing;
    const Variable path("PATH", nothing.path().c_str());
    const Outcome outcome =
        apply::stop_unit(stopping_unit(child.pid(), SupervisorKind::docker, "bot"), {});
    CHECK(outcome.result == Result::failed);
    CHECK(outcome.could_not);
    CHECK_EQ(outcome.detail, "docker is not on the PATH");
  }

  TEST_CASE("that takes too long goes on with systemd and docker, and has failed with pm2") {
    const LiveChild child(ends_on_sigterm);
    Recorded commands;
    commands.answer.timed_out = true;
    commands.answer.status = 137;
    apply::Means means = within(0ms);
    means.commands = &commands;
    const auto stopped = [&](SupervisorKind kind) {
      return apply::stop_unit(stopping_unit(child.pid(), kind, "bot"), means);
    };
    CHECK(stopped(SupervisorKind::systemd).result == Result::done);
    CHECK(stopped(SupervisorKind::docker).result == Result::done);
    CHECK(stopped(SupervisorKind::pm2).result == Result::failed);
    CHECK_EQ(stopped(SupervisorKind::pm2).detail, "pm2 stop bot did not answer in time");
  }

  TEST_CASE("is not called done when it is interrupted") {
    const LiveChild child(ends_on_sigterm);
    volatile std::sig_atomic_t interrupted = 0;
    Recorded commands;
    commands.meanwhile = [&] { interrupted = SIGINT; };
    apply::Means means;
    means.commands = &commands;
    means.interrupted = &interrupted;
    const Outcome outcome =
        apply::stop_unit(stopping_unit(child.pid(), SupervisorKind::systemd, "bot"), means);
    CHECK(outcome.result == Result::failed);
    CHECK_EQ(outcome.detail, "interrupted");
  }
}

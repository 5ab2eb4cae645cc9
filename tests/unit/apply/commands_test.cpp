// Other programs' commands, whatever these do.
#include <cerrno>

#include "unit/apply/stopping_support.h"

using namespace wasession;
using namespace wasession::test;
using namespace std::chrono_literals;

namespace {

apply::Answer run(const apply::Command& command, std::chrono::milliseconds limit = 60s,
                  const apply::Means& means = {}) {
  apply::Commands commands;
  return commands.run(command, limit, means);
}

apply::Answer run_script(const std::string& script, std::chrono::milliseconds limit = 60s) {
  return run({{"sh", "-c", script}, {}}, limit);
}

int pid_in(const std::string& path) {
  const std::string text = content_of(path);
  return !text.empty() && text.back() == '\n' ? std::stoi(text) : 0;
}

}  // namespace

TEST_SUITE("a command") {
  TEST_CASE("gets its words byte for byte, never through a shell") {
    const apply::Answer answer = run({{"printf", "%s|", "a b", "$(id)", "'", "", "*", "\n"}, {}});
    CHECK_EQ(answer.text, "a b|$(id)|'||*|\n|");
    CHECK_EQ(answer.status, 0);
  }

  TEST_CASE("sees its variables in place of those of the same name") {
    const Variable mine("WASESSION_TEST", "mine");
    const apply::Answer answer = run(
        {{"sh", "-c", "env | grep ^WASESSION_TEST; echo \"$HOME\""}, {{"WASESSION_TEST", "its"}}});
    CHECK_EQ(answer.text, "WASESSION_TEST=its\n" + std::string(std::getenv("HOME")) + "\n");
  }

  TEST_CASE("reads nothing, and both its streams are read") {
    CHECK_EQ(run_script("cat; echo out; echo err >&2").text, "out\nerr\n");
  }

  TEST_CASE("tells what it exited with, or which signal ended it") {
    CHECK_EQ(run_script("exit 4").status, 4);
    CHECK_EQ(run_script("kill -9 $$").status, 137);
    CHECK_FALSE(run_script("kill -9 $$").timed_out);
  }

  TEST_CASE("that is not there is named") {
    const apply::Command command{{"wasession-has-no-such-program"}, {}};
    const apply::Answer answer = run(command);
    CHECK_EQ(answer.error, ENOENT);
    CHECK_EQ(describe_failure(command, answer), "wasession-has-no-such-program is not on the PATH");
  }

  TEST_CASE("that writes more than a pipe holds ends, and its first 64 KiB are kept") {
    const apply::Answer answer =
        run_script("head -c 300000 /dev/zero | tr '\\0' x; echo end; exit 3");
    CHECK_EQ(answer.status, 3);
    CHECK_FALSE(answer.timed_out);
    CHECK(answer.text == std::string(65536, 'x'));
    const std::string why = describe_failure({{"sh"}, {}}, answer);
    CHECK_MESSAGE(why.size() < 400, "the sentence is as long as the output");
  }

  TEST_CASE("that leaves a daemon behind is not waited for longer than it lives") {
    const TemporaryDirectory files;
    const apply::Answer answer =
        run({{"sh", "-c", "sleep 300 & echo $! >\"$1\"; echo begun", "sh", files.path("pid")}, {}});
    CHECK_FALSE(answer.timed_out);
    CHECK_EQ(answer.status, 0);
    CHECK_EQ(answer.text, "begun\n");
    const int daemon = pid_in(files.path("pid"));
    REQUIRE(daemon > 1);
    CHECK_MESSAGE(!apply::has_ended({daemon, 0}), "what it started was ended with it");
    ::kill(daemon, SIGKILL);
  }

  TEST_CASE("that leaves a daemon behind which writes without end is answered all the same") {
    // While head writes, the others have begun.
    const apply::Answer answer =
        run_script("for i in 1 2 3 4; do cat /dev/zero & done; head -c 4000000 /dev/zero; exit 3");
    CHECK_EQ(answer.status, 3);
    CHECK(answer.text.size() <= 65536);
  }

  TEST_CASE("that goes on beyond its time is killed") {
    const apply::Answer quiet = run_script("exec sleep 300", 50ms);
    CHECK(quiet.timed_out);
    CHECK_EQ(quiet.status, 137);
    CHECK_EQ(describe_failure({{"docker", "stop", "bot"}, {}}, quiet),
             "docker stop bot did not answer in time");
    CHECK(run_script("exec yes", 50ms).timed_out);
  }

  TEST_CASE("that is interrupted is killed with all that it started") {
    const TemporaryDirectory files;
    volatile std::sig_atomic_t interrupted = 0;
    apply::Means means;
    means.interrupted = &interrupted;
    means.waiting = [&](const std::string& what, std::chrono::milliseconds,
                        std::chrono::milliseconds) {
      CHECK_MESSAGE(says(what, "sh -c"), what);
      if (pid_in(files.path("pid")) > 1) interrupted = SIGINT;
    };
    const std::string script = "sleep 300 & echo $! >\"$1\"; wait";
    const apply::Answer answer =
        run({{"sh", "-c", script, "sh", files.path("pid")}, {}}, 1h, means);
    CHECK(answer.timed_out);
    CHECK_MESSAGE(ends(pid_in(files.path("pid"))), "a child of the command lives on");
  }
}

// What `wasession run` costs beside flock(1), on the lease of an account that has a credential
// here:
//   bench_leases cost ROUNDS WASESSION ACCOUNT FILE      both run `true`
//   bench_leases contend ROUNDS WASESSION ACCOUNT FILE   64 start at the same moment
//   bench_leases handover ROUNDS WASESSION ACCOUNT FILE  the holder is killed while one waits
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using Words = std::vector<std::string>;

constexpr int kContenders = 64;
constexpr int kRefused = 75;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

double milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

double at(std::vector<double>& values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  }
  ~Pipe() {
    close(0);
    close(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close(std::size_t end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
  std::array<int, 2> ends{-1, -1};
};

/// With `input` and `output` as its standard ones; `gate`, where given, opens when it is closed.
pid_t start(const Words& words, int input, int output, Pipe* gate = nullptr) {
  const pid_t child = ::fork();
  if (child < 0) fail("fork");
  if (child > 0) return child;
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(input < 0 ? nothing : input, STDIN_FILENO);
  ::dup2(output < 0 ? nothing : output, STDOUT_FILENO);
  ::dup2(nothing, STDERR_FILENO);
  if (gate != nullptr) {
    gate->close(1);
    char byte = 0;
    while (::read(gate->ends[0], &byte, 1) < 0 && errno == EINTR) {
    }
  }
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

int end_of(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child) fail("waitpid");
  return status;
}

double run_once(const Words& words) {
  const auto begin = Clock::now();
  if (end_of(start(words, -1, -1)) != 0) fail(words[0].c_str());
  return milliseconds(Clock::now() - begin);
}

Words under_run(const std::string& wasession, const std::string& account, Words command,
                Words options = {}) {
  Words words = {wasession, "run", "--quiet", "--account", account};
  words.insert(words.end(), options.begin(), options.end());
  words.emplace_back("--");
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

int cost(int rounds, const std::string& wasession, const std::string& account,
         const std::string& file) {
  std::vector<double> floor;
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    floor.push_back(run_once({"flock", file, "true"}));
    times.push_back(run_once(under_run(wasession, account, {"true"})));
  }
  std::printf(
      "flock FILE true %.2f ms, wasession run -- true %.2f ms, ratio %.2f (medians of %d)\n",
      at(floor, 0.5), at(times, 0.5), at(times, 0.5) / at(floor, 0.5), rounds);
  return 0;
}

/// The winner, `cat`, lasts until its input is closed, which is after all others have ended.
int contend(int rounds, const char* name, const Words& contender) {
  std::vector<double> answers;
  int wrong = 0;
  for (int round = 0; round < rounds; ++round) {
    Pipe gate;
    Pipe input;
    Pipe output;
    std::map<pid_t, bool> running;
    for (int i = 0; i < kContenders; ++i) {
      running[start(contender, input.ends[0], output.ends[1], &gate)] = true;
    }
    const auto begin = Clock::now();
    gate.close(1);
    int refused = 0;
    while (refused < kContenders - 1) {
      int status = 0;
      const pid_t child = ::wait(&status);
      if (child < 0) fail("wait");
      running.erase(child);
      if (!WIFEXITED(status) || WEXITSTATUS(status) != kRefused) break;
      answers.push_back(milliseconds(Clock::now() - begin));
      ++refused;
    }
    // The one that is left says again what it is told, so it is the command.
    char byte = 'x';
    const bool one_left = refused == kContenders - 1 && ::write(input.ends[1], &byte, 1) == 1;
    output.close(1);
    if (!one_left || ::read(output.ends[0], &byte, 1) != 1) ++wrong;
    input.close(1);
    for (const auto& [child, yes] : running) ::waitpid(child, nullptr, 0);
  }
  std::printf(
      "%s: %d contenders, %d rounds, %d without exactly one winner; losers answer within %.1f ms"
      " (median), %.1f ms (99 %%), %.1f ms (last)\n",
      name, kContenders, rounds, wrong, at(answers, 0.5), at(answers, 0.99), at(answers, 1));
  return wrong == 0 ? 0 : 1;
}

/// From the kill of a holder to the first byte of the command that waited. Both sides wait in the
/// kernel by then: /proc says so.
double handover(const Words& holder, const Words& waiter) {
  Pipe ready;
  Pipe done;
  const pid_t first = start(holder, -1, ready.ends[1]);
  char byte = 0;
  if (::read(ready.ends[0], &byte, 1) != 1) fail("the holder did not start");
  const pid_t second = start(waiter, -1, done.ends[1]);
  const std::string path = "/proc/" + std::to_string(second) + "/wchan";
  for (std::string where; where.find("lock") == std::string::npos;) {
    char name[64] = {};
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (::read(file, name, sizeof name - 1) < 0) fail("wchan");
    ::close(file);
    where = name;
  }
  const auto begin = Clock::now();
  ::kill(first, SIGKILL);
  if (::read(done.ends[0], &byte, 1) != 1) fail("the one that waited did not start");
  const double took = milliseconds(Clock::now() - begin);
  end_of(first);
  end_of(second);
  return took;
}

int handovers(int rounds, const std::string& wasession, const std::string& account,
              const std::string& file) {
  const Words stays = {"sh", "-c", "echo; exec sleep 1000"};
  std::vector<double> floor;
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    Words holder = {"flock", "--no-fork", file};
    holder.insert(holder.end(), stays.begin(), stays.end());
    floor.push_back(handover(holder, {"flock", file, "echo"}));
    times.push_back(handover(under_run(wasession, account, stays),
                             under_run(wasession, account, {"echo"}, {"--wait", "60"})));
  }
  std::printf(
      "from SIGKILL of the holder to the command's first byte: flock %.2f ms, wasession run "
      "--wait %.2f ms, %.2f ms more (medians of %d)\n",
      at(floor, 0.5), at(times, 0.5), at(times, 0.5) - at(floor, 0.5), rounds);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (argc == 6 && what == "cost") return cost(std::atoi(argv[2]), argv[3], argv[4], argv[5]);
  if (argc == 6 && what == "contend") {
    const int rounds = std::atoi(argv[2]);
    contend(rounds / 10, "flock -n", {"flock", "-n", "-E", "75", argv[5], "cat"});
    return contend(rounds, "wasession run", under_run(argv[3], argv[4], {"cat"}));
  }
  if (argc == 6 && what == "handover") {
    return handovers(std::atoi(argv[2]), argv[3], argv[4], argv[5]);
  }
  return 2;
}

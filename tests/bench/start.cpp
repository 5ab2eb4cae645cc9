// Starts two programs in turn, ROUNDS times each, and prints median wall times and their ratio:
// bench_start ROUNDS FLOOR PROGRAM ARGS…
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

extern char** environ;

namespace {

double run_once(char** argv) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = -1;
  if (posix_spawn(&child, argv[0], &actions, nullptr, argv, environ) != 0) std::exit(1);
  int status = 0;
  waitpid(child, &status, 0);
  const auto end = std::chrono::steady_clock::now();
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) std::exit(1);
  return std::chrono::duration<double, std::milli>(end - start).count();
}

double median(std::vector<double>& times) {
  std::nth_element(times.begin(), times.begin() + static_cast<long>(times.size() / 2), times.end());
  return times[times.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const int rounds = std::atoi(argv[1]);
  char* floor_argv[] = {argv[2], nullptr};
  std::vector<double> floor_times;
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    floor_times.push_back(run_once(floor_argv));
    times.push_back(run_once(argv + 3));
  }
  const double floor = median(floor_times);
  const double program = median(times);
  std::printf("empty C program %.3f ms, %s %.3f ms, ratio %.2f (medians of %d)\n", floor,
              argv[argc - 1], program, program / floor, rounds);
}

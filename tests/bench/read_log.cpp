// bench_read_log FILE…: reads the logs as `wasession doctor --log FILE` does, and prints how many
// disconnects they hold. With BENCH_FLOOR set it only reads the bytes: the floor.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "observe/logs/logs.h"

namespace {

int read_only(const char* path) {
  std::vector<char> block(std::size_t{128} * 1024);
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 1;
  ssize_t count = 0;
  while ((count = ::read(file, block.data(), block.size())) > 0) {
  }
  ::close(file);
  return count < 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace wasession;
  if (std::getenv("BENCH_FLOOR") != nullptr) return argc == 2 ? read_only(argv[1]) : 2;
  Snapshot snapshot;
  observe::Progress progress;
  observe::read_logs(snapshot, {Time{}, {argv + 1, argv + argc}, false},
                     observe::current_environment(), nullptr, progress);
  for (const Warning& warning : snapshot.warnings)
    std::fprintf(stderr, "%s\n", warning.what.c_str());
  std::printf("%zu\n", snapshot.incidents.size());
  return snapshot.warnings.empty() ? 0 : 1;
}

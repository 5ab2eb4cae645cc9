// The bench of `--deep`: makes a child with MIB MiB of touched memory, and looks into it for 1, 100
// and 10,000 keys, beside a floor that only copies the same memory by process_vm_readv. Prints the
// best of ROUNDS alternating rounds.
// usage: bench_memory MIB ROUNDS
#include "observe/processes/memory.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using wasession::PublicKey;
using wasession::observe::KeySearch;

struct Memory {
  std::uint8_t* begin = nullptr;
  std::size_t size = 0;
};

/// Like a client's memory: pages of zeros, of pointers, of text and of random bytes.
void fill(Memory memory) {
  std::mt19937_64 random(1);
  auto* const words = reinterpret_cast<std::uint64_t*>(memory.begin);
  for (std::size_t i = 0; i < memory.size / sizeof *words; ++i) {
    switch (i / 512 % 4) {
      case 0:
        words[i] = i % 512 == 0 ? 1 : 0;
        break;
      case 1:
        words[i] = 0x7f0000000000 + random() % (1U << 30);
        break;
      case 2:
        words[i] = 0x2020202020202020 | (random() & 0x5f5f5f5f5f5f5f5f);
        break;
      default:
        words[i] = random();
        break;
    }
  }
}

int start_child(Memory memory) {
  int ready[2];
  if (pipe(ready) != 0) std::exit(1);
  const int child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    fill(memory);
    if (write(ready[1], "", 1) != 1) _exit(1);
    while (true) pause();
  }
  char byte = 0;
  if (child < 0 || read(ready[0], &byte, 1) != 1) std::exit(1);
  return child;
}

/// GB/s of one run of `work`, which returns how many bytes it has read.
template <typename Work>
double speed(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  const double bytes = work();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  return bytes / taken.count() / 1e9;
}

double floor_read(int child, Memory memory) {
  static std::vector<std::uint8_t> buffer(512 << 10);
  double total = 0;
  for (std::size_t at = 0; at < memory.size; at += buffer.size()) {
    iovec here{buffer.data(), buffer.size()};
    iovec there{memory.begin + at, std::min(buffer.size(), memory.size - at)};
    total += static_cast<double>(process_vm_readv(child, &here, 1, &there, 1, 0));
  }
  return total;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  Memory memory;
  memory.size = std::strtoull(argv[1], nullptr, 10) << 20;
  void* const mapped =
      mmap(nullptr, memory.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory.size == 0 || mapped == MAP_FAILED) return 1;
  memory.begin = static_cast<std::uint8_t*>(mapped);
  const int child = start_child(memory);

  std::mt19937_64 random(2);
  std::vector<KeySearch> searches;
  constexpr std::size_t kCounts[] = {1, 100, 10'000};
  for (const std::size_t count : kCounts) {
    std::vector<PublicKey> keys(count);
    for (auto& key : keys)
      for (auto& byte : key) byte = static_cast<std::uint8_t>(random());
    searches.emplace_back(keys);
  }

  double best_floor = 0;
  double best[std::size(kCounts)] = {};
  for (int rounds = std::atoi(argv[2]); rounds > 0; --rounds) {
    best_floor = std::max(best_floor, speed([&] { return floor_read(child, memory); }));
    for (std::size_t i = 0; i < std::size(kCounts); ++i) {
      best[i] = std::max(best[i], speed([&] {
                           const auto look =
                               look_into_memory(child, searches[i], kCounts[i], UINT64_MAX);
                           if (look.error != 0 || !look.complete || look.bytes < memory.size)
                             std::exit(1);
                           return static_cast<double>(look.bytes);
                         }));
    }
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  std::printf("  keys   GB/s  ratio\n floor  %5.2f   1.00\n", best_floor);
  for (std::size_t i = 0; i < std::size(kCounts); ++i)
    std::printf("%6zu  %5.2f  %5.2f\n", kCounts[i], best[i], best_floor / best[i]);
}

#include "observe/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace wasession::observe {

std::size_t worker_count() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 8);
}

void parallel_for(std::size_t count,
                  const std::function<void(std::size_t index, std::size_t worker)>& work) {
  // Chunks large enough that the counter is no bottleneck, small enough that one slow item (a
  // locked database) holds up few others.
  constexpr std::size_t kLargestChunk = 16;
  const std::size_t chunk = std::clamp<std::size_t>(count / (worker_count() * 8), 1, kLargestChunk);
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;

  const auto run = [&](std::size_t worker) {
    try {
      while (true) {
        const std::size_t begin = next.fetch_add(chunk);
        if (begin >= count) return;
        for (std::size_t i = begin; i < std::min(begin + chunk, count); ++i) work(i, worker);
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next.store(count);
    }
  };

  std::vector<std::thread> threads;
  const std::size_t workers = std::min(worker_count(), (count + chunk - 1) / chunk);
  threads.reserve(workers);
  try {
    for (std::size_t worker = 1; worker < workers; ++worker) threads.emplace_back(run, worker);
  } catch (const std::system_error&) {
    // No more threads to be had: the ones that started, and this one, do the work.
  }
  run(0);
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace wasession::observe

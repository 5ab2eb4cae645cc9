/// How far an observation has come, for a line on a terminal.
#pragma once

#include <atomic>
#include <cstddef>

namespace wasession::observe {

/// Counters that any thread may move on and another may read.
struct Progress {
  std::atomic<std::size_t> directories_searched{0};
  std::atomic<std::size_t> stores_read{0};
};

}  // namespace wasession::observe

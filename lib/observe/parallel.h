/// Spreads independent reads over a few threads.
#pragma once

#include <cstddef>
#include <functional>

namespace wasession::observe {

/// How many workers parallel_for uses at most: as many as cores, 2 to 8 (a cold disk answers
/// several readers at once better than one).
std::size_t worker_count();

/// Calls `work(index, worker)` once for every index below `count`, from several threads; `worker`
/// is below worker_count(), so that each can have its own buffer. Few items stay on this thread.
/// The first exception is rethrown here after all threads ended.
void parallel_for(std::size_t count,
                  const std::function<void(std::size_t index, std::size_t worker)>& work);

}  // namespace wasession::observe

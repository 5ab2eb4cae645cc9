#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "observe/files/descriptor.h"
#include "observe/files/files.h"
#include "observe/processes/memory.h"
#include "observe/processes/memory/memory_map.h"
#include "observe/processes/memory/own_pages.h"
#include "observe/processes/procfs_file.h"

namespace wasession::observe {
namespace {

/// Small enough that the search finds in the core's cache what the kernel has just copied there.
constexpr std::size_t kChunk = std::size_t{512} << 10;
/// What is kept of the memory before a chunk: a key that began there goes on in the chunk.
constexpr std::size_t kCarry = sizeof(PublicKey);
/// The kernel allows some 65,000 mappings of a process unless told otherwise.
constexpr std::size_t kLargestMaps = std::size_t{64} << 20;

class Scan {
 public:
  Scan(int pid, const KeySearch& search, std::uint64_t limit, MemoryLook& look)
      : pid_(pid), search_(search), limit_(limit), look_(look) {
    buffer_ = reinterpret_cast<std::uint8_t*>(secrets_.prepare(kCarry + kChunk));
    secrets_.set_used(kCarry + kChunk);
  }

  /// False when there is nothing more to do.
  bool over(MemoryRange range) {
    while (range.begin < range.end) {
      if (look_.bytes >= limit_) return stop(0);
      const auto wanted =
          std::min<std::uint64_t>({kChunk, range.end - range.begin, limit_ - look_.bytes});
      const ssize_t count = read(range.begin, wanted);
      if (count > 0) {
        if (!search_chunk(range.begin, static_cast<std::size_t>(count))) return false;
        range.begin += static_cast<std::uint64_t>(count);
      } else if (count == 0 || errno == EFAULT) {
        // A device's memory, or no longer mapped.
        range.begin = (range.begin / page_ + 1) * page_;
      } else {
        return stop(errno);
      }
    }
    return true;
  }

 private:
  ssize_t read(std::uint64_t address, std::uint64_t count) {
    iovec here{buffer_ + kCarry, count};
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of another process is a number here
    iovec there{reinterpret_cast<void*>(address), count};
    return ::process_vm_readv(pid_, &here, 1, &there, 1, 0);
  }

  bool search_chunk(std::uint64_t address, std::size_t count) {
    if (address != end_) carried_ = 0;
    const std::size_t length = carried_ + count;
    search_.look({buffer_ + kCarry - carried_, length}, look_.found);
    look_.bytes += count;
    end_ = address + count;
    carried_ = std::min(kCarry, length);
    std::memmove(buffer_ + kCarry - carried_, buffer_ + kCarry + count - carried_, carried_);
    return std::ranges::find(look_.found, false) != look_.found.end();
  }

  /// ESRCH: the process has ended.
  bool stop(int error) {
    look_.complete = false;
    if (look_.bytes == 0 && error != ESRCH) look_.error = error;
    return false;
  }

  int pid_;
  const KeySearch& search_;
  std::uint64_t limit_;
  MemoryLook& look_;
  std::uint64_t page_ = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  SecretBuffer secrets_;
  std::uint8_t* buffer_;     ///< kCarry bytes, the last `carried_` of them used, and a chunk
  std::size_t carried_ = 0;  ///< bytes before `end_`
  std::uint64_t end_ = 0;    ///< of what was read last
};

}  // namespace

MemoryLook look_into_memory(int pid, const KeySearch& search, std::size_t keys,
                            std::uint64_t limit) {
  MemoryLook look;
  look.found.resize(keys);
  if (keys == 0) return look;
  const Descriptor process(
      ::open(("/proc/" + std::to_string(pid)).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const Descriptor maps(::openat(process.get(), "maps", O_RDONLY | O_CLOEXEC));
  if (!maps) {
    look.complete = false;
    // Without a directory of the process the second call says EBADF.
    if (process && errno != ENOENT && errno != ESRCH) look.error = errno;
    return look;
  }
  const auto ranges =
      private_writable_memory(read_process_file(process.get(), "maps", kLargestMaps));
  if (ranges.empty()) look.complete = false;  // a process that has ended has no memory
  const Descriptor pagemap(::openat(process.get(), "pagemap", O_RDONLY | O_CLOEXEC));
  Scan scan(pid, search, limit, look);
  // To read the pages that it never wrote would only make the kernel map zeros for them, and a
  // range may be terabytes of those (the heaps that runtimes reserve).
  for (const MemoryRange& range : ranges) {
    const auto read = [&scan](MemoryRange run) { return scan.over(run); };
    if (!visit_own_pages(pagemap.get(), range, read)) break;
  }
  return look;
}

}  // namespace wasession::observe

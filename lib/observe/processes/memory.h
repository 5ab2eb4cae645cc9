/// Looks for credentials in the memory of processes (`--deep`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/fingerprint.h"

namespace wasession::observe {

/// Finds any of many 32-byte keys, at any alignment, in one pass whose speed hardly depends on
/// their number.
class KeySearch {
 public:
  explicit KeySearch(std::span<const PublicKey> keys);

  /// Marks `found[i]` for each key i that stands in `bytes` whole. `found` has one entry a key.
  void look(std::span<const std::uint8_t> bytes, std::vector<bool>& found) const;

 private:
  // implementation's own
};

struct MemoryLook {
  std::vector<bool> found;  ///< one entry a key
  std::uint64_t bytes = 0;  ///< scanned
  bool complete = true;     ///< false: the limit was reached, or the process ended meanwhile
  int error = 0;            ///< an errno when its memory may not be read at all
};

/// Scans the private, readable and writable memory of one process, at most `limit` bytes of it,
/// through a buffer that is wiped. Stops early when every key was found.
MemoryLook look_into_memory(int pid, const KeySearch& search, std::size_t keys,
                            std::uint64_t limit);

}  // namespace wasession::observe

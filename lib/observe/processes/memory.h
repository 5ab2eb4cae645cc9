/// Looks for credentials in the memory of processes (`--deep`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/fingerprint.h"

namespace wasession::observe {

/// Finds any of many 32-byte keys, at any alignment, in one pass whose speed hardly depends on
/// their number.
///
/// A key that begins anywhere covers at least three whole words of 8 bytes, counted from the begin
/// of the bytes searched. So for each of its 8 alignments one word of each key is remembered, and
/// only every eighth position is looked at: first in a filter of one bit test, then in a table,
/// then in the sorted keys.
class KeySearch {
 public:
  /// Equal keys are found together. A key with 24 zero bytes in a row is never found: it is none
  /// that a curve gives, and empty memory is full of its words.
  explicit KeySearch(std::span<const PublicKey> keys);

  /// Marks `found[i]` for each key i that stands in `bytes` whole. `found` has one entry a key.
  void look(std::span<const std::uint8_t> bytes, std::vector<bool>& found) const;

 private:
  /// A word of some keys, and at which offsets of theirs it stands, a bit each. 0: an empty slot.
  struct Slot {
    std::uint64_t word = 0;
    std::uint32_t offsets = 0;
  };
  struct NumberedKey {
    PublicKey key{};
    std::size_t number = 0;  ///< position in the constructor's argument
  };

  void add_word(std::uint64_t word, unsigned offset);
  std::uint32_t offsets_of(std::uint64_t word, std::uint64_t hash) const;
  void mark_at(const std::uint8_t* place, std::vector<bool>& found) const;

  std::vector<NumberedKey> keys_;  ///< sorted by key
  std::uint64_t multiplier_;       ///< of the hash: odd, and not foreseen by who makes the keys
  std::vector<std::uint64_t> filter_;
  unsigned filter_shift_ = 0;
  std::vector<Slot> slots_;
  unsigned slot_shift_ = 0;
};

struct MemoryLook {
  std::vector<bool> found;  ///< one entry a key
  std::uint64_t bytes = 0;  ///< scanned
  bool complete = true;     ///< false: the limit was reached, or the process ended meanwhile
  int error = 0;            ///< an errno when its memory may not be read at all
};

/// Scans the private, readable and writable memory of one process (heap, stacks, data), at most
/// `limit` bytes of it, through a buffer that is wiped. Stops early when every key was found, which
/// is complete. `keys` is the number of keys in `search`.
///
/// Memory that processes share is left out, for it would name all of them; so are pages that were
/// never touched, and those of a mapped file that still stand as in the file. Needs the permission
/// to trace the process (root, or the same user where yama's ptrace_scope is 0); EPERM or EACCES
/// otherwise. The process is not stopped: a key that moves meanwhile may be missed.
MemoryLook look_into_memory(int pid, const KeySearch& search, std::size_t keys,
                            std::uint64_t limit);

}  // namespace wasession::observe

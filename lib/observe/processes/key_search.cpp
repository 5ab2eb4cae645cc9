#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <random>
#include <utility>

#include "observe/processes/memory.h"

namespace wasession::observe {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::size_t kKey = sizeof(PublicKey);
constexpr std::size_t kZeroesOfNoKey = 3 * kWord;

std::uint64_t word_at(const std::uint8_t* place) {
  std::uint64_t word = 0;
  std::memcpy(&word, place, kWord);
  return word;
}

bool is_ignored(const PublicKey& key) {
  return std::search_n(key.begin(), key.end(), kZeroesOfNoKey, 0) != key.end();
}

/// How well a word tells a key from other memory: its number of different bytes; 0 for zero.
unsigned distinction(const std::uint8_t* word) {
  if (word_at(word) == 0) return 0;
  std::array<bool, 256> seen{};
  unsigned different = 0;
  for (std::size_t i = 0; i < kWord; ++i) {
    if (!std::exchange(seen[word[i]], true)) ++different;
  }
  return different;
}

/// Of the words at alignment, alignment + 8, … that lie in the key, the offset of the best one.
std::size_t best_offset(const PublicKey& key, std::size_t alignment) {
  std::size_t best = alignment;
  for (std::size_t offset = alignment; offset + kWord <= kKey; offset += kWord) {
    if (distinction(key.data() + offset) > distinction(key.data() + best)) best = offset;
  }
  return best;
}

/// Two bits of one word of the filter, told by bits of the hash that neither the place of the word
/// nor the first of them is told by.
std::uint64_t filter_bits(std::uint64_t hash) {
  return std::uint64_t{1} << (hash >> 32 & 63) | std::uint64_t{1} << (hash >> 38 & 63);
}

/// An odd number with bits set all over.
std::uint64_t random_multiplier() {
  std::random_device device;
  const std::uint64_t high = device();
  return high << 32 | device() | 1;
}

/// The least power of two, 2 or more, that is not below `count`.
std::size_t table_size(std::size_t count) {
  return std::bit_ceil(std::max<std::size_t>(2, count));
}

/// What turns a hash into an index of a table of that size.
unsigned shift_for(std::size_t size) {
  return static_cast<unsigned>(std::numeric_limits<std::uint64_t>::digits - std::countr_zero(size));
}

}  // namespace

KeySearch::KeySearch(std::span<const PublicKey> keys) : multiplier_(random_multiplier()) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!is_ignored(keys[i])) keys_.push_back({keys[i], i});
  }
  std::ranges::sort(keys_, {}, &NumberedKey::key);

  // 16 bits of the filter and 2 slots for each word: about one word in a hundred passes by chance,
  // and the filter of 10,000 keys stays in a core's own cache.
  const std::size_t words = keys_.size() * kWord;
  filter_.resize(table_size(words / 4));
  filter_shift_ = shift_for(filter_.size());
  slots_.resize(table_size(words * 2));
  slot_shift_ = shift_for(slots_.size());

  for (const NumberedKey& numbered : keys_) {
    for (std::size_t alignment = 0; alignment < kWord; ++alignment) {
      const std::size_t offset = best_offset(numbered.key, alignment);
      add_word(word_at(numbered.key.data() + offset), static_cast<unsigned>(offset));
    }
  }
}

void KeySearch::add_word(std::uint64_t word, unsigned offset) {
  const std::uint64_t hash = word * multiplier_;
  filter_[hash >> filter_shift_] |= filter_bits(hash);
  std::size_t slot = hash >> slot_shift_;
  while (slots_[slot].offsets != 0 && slots_[slot].word != word) {
    slot = (slot + 1) % slots_.size();
  }
  slots_[slot].word = word;
  slots_[slot].offsets |= 1U << offset;
}

std::uint32_t KeySearch::offsets_of(std::uint64_t word, std::uint64_t hash) const {
  std::size_t slot = hash >> slot_shift_;
  while (slots_[slot].offsets != 0 && slots_[slot].word != word) {
    slot = (slot + 1) % slots_.size();
  }
  return slots_[slot].offsets;
}

void KeySearch::mark_at(const std::uint8_t* place, std::vector<bool>& found) const {
  PublicKey candidate;
  std::copy_n(place, kKey, candidate.begin());
  auto numbered = std::ranges::lower_bound(keys_, candidate, {}, &NumberedKey::key);
  for (; numbered != keys_.end() && numbered->key == candidate; ++numbered) {
    found[numbered->number] = true;
  }
}

void KeySearch::look(std::span<const std::uint8_t> bytes, std::vector<bool>& found) const {
  if (bytes.size() < kKey || keys_.empty()) return;
  const std::uint64_t* const filter = filter_.data();
  const std::size_t last_key = bytes.size() - kKey;
  for (std::size_t at = 0; at + kWord <= bytes.size(); at += kWord) {
    const std::uint64_t word = word_at(bytes.data() + at);
    const std::uint64_t hash = word * multiplier_;
    const std::uint64_t bits = filter_bits(hash);
    if ((filter[hash >> filter_shift_] & bits) != bits) [[likely]]
      continue;
    for (std::uint32_t offsets = offsets_of(word, hash); offsets != 0; offsets &= offsets - 1) {
      const auto offset = static_cast<std::size_t>(std::countr_zero(offsets));
      if (offset <= at && at - offset <= last_key) mark_at(bytes.data() + at - offset, found);
    }
  }
}

}  // namespace wasession::observe

/// Looks at 32 positions at once (the method of Hyperscan's "Teddy"): the needles are dealt out to
/// eight buckets, a bit each. For each half of each rare byte a table of 16 bytes says which
/// buckets have a needle with that half there; a position where one bucket is in all six tables is
/// looked at closely.
#include "observe/logs/needle_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace wasession::observe::logs {

#if defined(__x86_64__)
namespace {

struct HalfTables {
  alignas(16) std::array<unsigned char, 16> low{};
  alignas(16) std::array<unsigned char, 16> high{};
};

constexpr std::array<HalfTables, kRareBytes> make_tables() {
  std::array<HalfTables, kRareBytes> tables{};
  for (const Needle& needle : kNeedles) {
    const auto bucket = static_cast<unsigned char>(1U << needle.bucket);
    for (std::size_t i = 0; i < kRareBytes; ++i) {
      const auto byte = static_cast<unsigned char>(needle.text[needle.rare + i]);
      tables[i].low[byte & 15U] |= bucket;
      tables[i].high[byte >> 4U] |= bucket;
    }
  }
  return tables;
}

constexpr std::array<HalfTables, kRareBytes> kTables = make_tables();

__attribute__((target("avx2"))) __m256i doubled(const std::array<unsigned char, 16>& table) {
  return _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(table.data())));
}

/// The buckets that may have a needle at each of the 32 positions, by the rare byte at `bytes`.
__attribute__((target("avx2"), always_inline)) inline __m256i buckets_of(const char* bytes,
                                                                         __m256i low,
                                                                         __m256i high) {
  const __m256i half = _mm256_set1_epi8(15);
  const __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
  const __m256i lows = _mm256_shuffle_epi8(low, _mm256_and_si256(block, half));
  const __m256i highs =
      _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(block, 4), half));
  return _mm256_and_si256(lows, highs);
}

}  // namespace

bool has_vectors() {
  return __builtin_cpu_supports("avx2") != 0;
}

__attribute__((target("avx2"))) std::optional<FoundNeedle> find_needle_in_vectors(
    std::string_view text) {
  const __m256i low0 = doubled(kTables[0].low);
  const __m256i low1 = doubled(kTables[1].low);
  const __m256i low2 = doubled(kTables[2].low);
  const __m256i high0 = doubled(kTables[0].high);
  const __m256i high1 = doubled(kTables[1].high);
  const __m256i high2 = doubled(kTables[2].high);
  std::size_t position = 0;
  for (; position + 32 + kRareBytes <= text.size(); position += 32) {
    const char* const bytes = text.data() + position;
    const __m256i buckets = _mm256_and_si256(
        buckets_of(bytes, low0, high0),
        _mm256_and_si256(buckets_of(bytes + 1, low1, high1), buckets_of(bytes + 2, low2, high2)));
    if (_mm256_testz_si256(buckets, buckets) != 0) continue;
    const __m256i none = _mm256_cmpeq_epi8(buckets, _mm256_setzero_si256());
    auto suspects = ~static_cast<std::uint32_t>(_mm256_movemask_epi8(none));
    for (; suspects != 0; suspects &= suspects - 1) {
      const auto lane = static_cast<std::size_t>(__builtin_ctz(suspects));
      if (const auto found = needle_at(text, position + lane)) return found;
    }
  }
  return find_needle_bytewise(text, position);
}

#else

bool has_vectors() {
  return false;
}

std::optional<FoundNeedle> find_needle_in_vectors(std::string_view text) {
  return find_needle_bytewise(text, 0);
}

#endif

}  // namespace wasession::observe::logs

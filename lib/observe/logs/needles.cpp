#include "observe/logs/needles.h"

#include <cstdint>

namespace wasession::observe::logs {
namespace {

/// For each byte value, the needles (one bit each) that have it as first, second, third rare byte.
using Masks = std::array<std::array<std::uint32_t, 256>, 3>;

constexpr Masks make_masks() {
  Masks masks{};
  for (std::size_t needle = 0; needle < kNeedles.size(); ++needle) {
    for (std::size_t i = 0; i < 3; ++i) {
      const char byte = kNeedles[needle].text[kNeedles[needle].rare + i];
      masks[i][static_cast<unsigned char>(byte)] |= 1U << needle;
    }
  }
  return masks;
}

constexpr Masks kMasks = make_masks();

}  // namespace

std::optional<FoundNeedle> find_needle(std::string_view text) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  for (std::size_t i = 0; i + 3 <= text.size(); ++i) {
    std::uint32_t candidates =
        kMasks[0][bytes[i]] & kMasks[1][bytes[i + 1]] & kMasks[2][bytes[i + 2]];
    for (; candidates != 0; candidates &= candidates - 1) {
      const Needle& needle = kNeedles[static_cast<std::size_t>(__builtin_ctz(candidates))];
      if (i < needle.rare) continue;
      if (text.substr(i - needle.rare).starts_with(needle.text)) {
        return FoundNeedle{i - needle.rare, needle.text.size()};
      }
    }
  }
  return std::nullopt;
}

}  // namespace wasession::observe::logs

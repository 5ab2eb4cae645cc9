#include "observe/logs/needles.h"

#include "observe/logs/needle_scan.h"

namespace wasession::observe::logs {
namespace {

constexpr NeedleMasks make_masks() {
  NeedleMasks masks{};
  for (std::size_t needle = 0; needle < kNeedles.size(); ++needle) {
    for (std::size_t i = 0; i < kRareBytes; ++i) {
      const char byte = kNeedles[needle].text[kNeedles[needle].rare + i];
      masks[i][static_cast<unsigned char>(byte)] |= 1U << needle;
    }
  }
  return masks;
}
static_assert(kNeedles.size() <= 32);

constexpr NeedleMasks kMasks = make_masks();

}  // namespace

std::optional<FoundNeedle> needle_at(std::string_view text, std::size_t rare_at) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data()) + rare_at;
  std::uint32_t candidates = kMasks[0][bytes[0]] & kMasks[1][bytes[1]] & kMasks[2][bytes[2]];
  for (; candidates != 0; candidates &= candidates - 1) {
    const Needle& needle = kNeedles[static_cast<std::size_t>(__builtin_ctz(candidates))];
    if (rare_at < needle.rare) continue;
    if (text.substr(rare_at - needle.rare).starts_with(needle.text)) {
      return FoundNeedle{rare_at - needle.rare, needle.text.size()};
    }
  }
  return std::nullopt;
}

std::optional<FoundNeedle> find_needle_bytewise(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i + kRareBytes <= text.size(); ++i) {
    if (const auto found = needle_at(text, i)) return found;
  }
  return std::nullopt;
}

std::optional<FoundNeedle> find_needle(std::string_view text) {
  static const bool vectors = has_vectors();
  return vectors ? find_needle_in_vectors(text) : find_needle_bytewise(text, 0);
}

}  // namespace wasession::observe::logs

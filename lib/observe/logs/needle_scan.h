/// The two ways to look for needles: byte by byte, and 32 bytes at once. Both find the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "observe/logs/needles.h"

namespace wasession::observe::logs {

/// By so many bytes of it a needle is suspected.
inline constexpr std::size_t kRareBytes = 3;

/// For each byte value, the needles (one bit each) that have it as first, second, third rare byte.
using NeedleMasks = std::array<std::array<std::uint32_t, 256>, kRareBytes>;

/// The needle whose rare bytes stand at `rare_at`, which has kRareBytes bytes behind it.
std::optional<FoundNeedle> needle_at(std::string_view text, std::size_t rare_at);

/// The first needle whose rare bytes stand at `from` or later.
std::optional<FoundNeedle> find_needle_bytewise(std::string_view text, std::size_t from);

/// True when this processor can do the other way (AVX2).
bool has_vectors();
std::optional<FoundNeedle> find_needle_in_vectors(std::string_view text);

}  // namespace wasession::observe::logs

/// Base64 as Node reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace wasession::observe {

/// Decodes the standard and the URL alphabet, with or without padding, as Node's Buffer does.
/// Nothing when another character occurs or more than `limit` bytes would come out.
std::optional<std::vector<std::uint8_t>> decode_base64(std::string_view text, std::size_t limit);

}  // namespace wasession::observe

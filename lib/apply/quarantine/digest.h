/// SHA-256 of files that hold secrets: what was read is wiped.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "apply/files.h"

namespace wasession::apply {

struct Digest {
  std::array<std::uint8_t, 32> sha256{};
  std::uint64_t size = 0;

  bool operator==(const Digest&) const = default;
};

/// Reads the file from its first byte to its last, and hands each piece to `piece`, if there is
/// one, before it is wiped. An error that `piece` returns ends it. 0 or an errno.
int digest_of(const Descriptor& file, Digest& digest,
              const std::function<int(std::string_view)>& piece = {});

/// Of a regular file by where it lies; nothing when there is none or it can't be read.
std::optional<Digest> digest_at(const Descriptor& directory, const std::string& name);

}  // namespace wasession::apply

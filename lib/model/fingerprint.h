/// The name of a credential that is safe to show: a hash of its public noise key.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>

namespace wasession {

/// SHA-256 of the 32 raw bytes of a noise public key. Equal fingerprints are the same credential,
/// whatever kind of store holds it.
struct Fingerprint {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Fingerprint&) const = default;

  /// The first 12 hex digits: what people see.
  std::string short_hex() const;
  /// All 64 hex digits.
  std::string hex() const;
};

using PublicKey = std::array<std::uint8_t, 32>;

/// The fingerprint of a noise public key (without the `05` that marks its type elsewhere).
Fingerprint fingerprint_of(const PublicKey& noise_public_key);

}  // namespace wasession

/// IP addresses as text and as 16 bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace wasession::observe {

/// IPv6, or IPv4 as ::ffff:a.b.c.d: the two forms of one IPv4 address are equal.
using Address = std::array<std::uint8_t, 16>;

/// `157.240.1.60` (four decimal numbers), `2a03:2880::1`; without brackets, zone or port.
std::optional<Address> parse_address(std::string_view text);

/// The first `bits` bits (0 to 128) are those of `first`; IPv4 prefixes count from bit 96.
struct Network {
  Address first{};
  unsigned bits = 0;

  bool contains(const Address& address) const;
};

/// `157.240.0.0/16`, `2a03:2880::/32`. Nothing when it is neither, or when a bit behind the prefix
/// is set, which is a mistyped table.
std::optional<Network> parse_network(std::string_view text);

/// 4 bytes of IPv4 or 16 of IPv6, in network order; all zero for any other length.
Address address_of(std::span<const std::uint8_t> bytes);

}  // namespace wasession::observe

#include "observe/processes/connections/addresses.h"

#include <algorithm>
#include <charconv>
#include <string>

#include <arpa/inet.h>

namespace wasession::observe {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;
constexpr unsigned kAllBits = 128;

bool bit_of(const Address& address, unsigned position) {
  return (address[position / 8] >> (7 - position % 8) & 1U) != 0;
}

}  // namespace

Address address_of(std::span<const std::uint8_t> bytes) {
  Address address{};
  if (bytes.size() == address.size()) {
    std::copy(bytes.begin(), bytes.end(), address.begin());
  } else if (bytes.size() == 4) {
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin());
    std::copy(bytes.begin(), bytes.end(), address.begin() + kMappedPrefix.size());
  }
  return address;
}

std::optional<Address> parse_address(std::string_view text) {
  // inet_pton wants a C string: what stands behind a NUL would go unseen.
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string copy(text);
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) {
    return address_of(std::span(bytes).first(4));
  }
  if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

bool Network::contains(const Address& address) const {
  const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
  if (!std::equal(first.begin(), first.begin() + whole, address.begin())) return false;
  if (bits % 8 == 0) return true;
  const auto at = static_cast<std::size_t>(whole);
  return (first[at] ^ address[at]) >> (8 - bits % 8) == 0;
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = parse_address(text.substr(0, slash));
  unsigned bits = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + slash + 1, end, bits);
  if (!address || error != std::errc() || stopped != end || bits > kAllBits) return std::nullopt;
  const bool is_ipv6 = text.find(':') != std::string_view::npos;
  if (!is_ipv6) bits += kMappedBits;
  if (bits > kAllBits) return std::nullopt;
  for (unsigned position = bits; position < kAllBits; ++position) {
    if (bit_of(*address, position)) return std::nullopt;
  }
  return Network{*address, bits};
}

}  // namespace wasession::observe

#include "serve/address.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "serve/text.h"

namespace wasession::serve {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::string_view kLocalhost = "localhost";

/// A host and what follows its colon; `[::1]` loses its brackets.
struct HostAndPort {
  std::string_view host;
  std::optional<std::string_view> port;
};

std::optional<HostAndPort> split(std::string_view text) {
  HostAndPort parts;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    parts.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return std::nullopt;
    if (!parse_address(parts.host)) return std::nullopt;
  } else {
    parts.host = text.substr(0, text.find(':'));
    rest = text.substr(parts.host.size());
  }
  if (parts.host.empty()) return std::nullopt;
  if (!rest.empty()) parts.port = rest.substr(1);
  return parts;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return port;
}

}  // namespace

bool Address::is_ipv4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

bool Address::is_loopback() const {
  constexpr std::uint8_t kLoopbackNetwork = 127;
  if (is_ipv4()) return bytes[kMappedPrefix.size()] == kLoopbackNetwork;
  Address loopback;
  loopback.bytes.back() = 1;
  return *this == loopback;
}

bool Address::is_any() const {
  const auto zero = [](std::uint8_t byte) { return byte == 0; };
  if (is_ipv4()) return std::all_of(bytes.begin() + kMappedPrefix.size(), bytes.end(), zero);
  return std::ranges::all_of(bytes, zero);
}

std::optional<Address> parse_address(std::string_view text) {
  const std::string number(text);
  Address address;
  if (::inet_pton(AF_INET6, number.c_str(), address.bytes.data()) == 1) return address;
  std::ranges::copy(kMappedPrefix, address.bytes.begin());
  if (::inet_pton(AF_INET, number.c_str(), address.bytes.data() + kMappedPrefix.size()) == 1) {
    return address;
  }
  return std::nullopt;
}

std::optional<Place> parse_place(std::string_view text) {
  const auto parts = split(text);
  if (!parts || !parts->port) return std::nullopt;
  const auto port = parse_port(*parts->port);
  const bool local = same_word(parts->host, kLocalhost);
  const auto address = parse_address(local ? "127.0.0.1" : parts->host);
  if (!port || !address) return std::nullopt;
  return Place{*address, *port};
}

std::string to_string(const Place& place) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto& bytes = place.address.bytes;
  if (place.address.is_ipv4()) {
    ::inet_ntop(AF_INET, bytes.data() + kMappedPrefix.size(), text.data(), text.size());
    return fmt::format("{}:{}", text.data(), place.port);
  }
  ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return fmt::format("[{}]:{}", text.data(), place.port);
}

bool AllowedHosts::allows(std::string_view host) const {
  if (!listening_) return true;
  const auto parts = split(host);
  if (!parts) return false;
  // A name may be written with the root's dot at its end.
  std::string_view name = parts->host;
  if (name.ends_with('.')) name.remove_suffix(1);
  if (same_word(name, kLocalhost)) return true;
  if (const auto address = parse_address(name)) {
    return address->is_loopback() || *address == *listening_ || listening_->is_any();
  }
  return std::ranges::any_of(names_, [&](const auto& known) { return same_word(name, known); });
}

}  // namespace wasession::serve

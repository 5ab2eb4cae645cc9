/// Where `--listen` says to listen, and which hosts a request may name.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasession::serve {

/// An IP address. IPv4 as ::ffff:a.b.c.d, as the kernel does.
struct Address {
  std::array<std::uint8_t, 16> bytes{};

  bool operator==(const Address&) const = default;

  bool is_loopback() const;
  /// 0.0.0.0 or ::, which means every address of the machine.
  bool is_any() const;
  bool is_ipv4() const;
};

/// `127.0.0.1`, `::1`; nothing else, no name.
std::optional<Address> parse_address(std::string_view text);

struct Place {
  Address address;
  std::uint16_t port = 0;  ///< 0: the kernel chooses one
};

/// `127.0.0.1:7440`, `[::1]:7440`, `localhost:7440` (127.0.0.1).
std::optional<Place> parse_place(std::string_view text);

std::string to_string(const Place& place);

/// What may stand in a request's Host. A page of any web site can make its own name lead here (DNS
/// rebinding) and then read the answers as its own: so a name must be known, while an address as a
/// number cannot be made to lead elsewhere.
class AllowedHosts {
 public:
  /// Of a Unix socket, which no browser can ask: everything.
  AllowedHosts() = default;
  /// localhost, the loopback addresses, the address that is listened on (every address, where that
  /// is the machine's every address), and `names`, which people gave. Ports don't matter: a
  /// forwarded port has another number.
  AllowedHosts(const Address& listening, std::vector<std::string> names)
      : listening_(listening), names_(std::move(names)) {}

  bool allows(std::string_view host) const;

 private:
  std::optional<Address> listening_;
  std::vector<std::string> names_;
};

}  // namespace wasession::serve

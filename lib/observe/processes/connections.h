/// Which processes are connected to WhatsApp.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/process.h"
#include "observe/processes/processes.h"

namespace wasession::observe {

/// An IP address and a port; port 0 means any.
struct Endpoint {
  std::array<std::uint8_t, 16> address{};  ///< IPv4 as ::ffff:a.b.c.d
  std::uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
};

/// `127.0.0.1:8080`, `[::1]:443`, `localhost:8080` (both loopback addresses), or a name that
/// /etc/hosts knows. Without `:PORT` any port is meant. Empty when it is none of these: names are
/// not looked up in the DNS.
std::vector<Endpoint> parse_endpoint(std::string_view text);

/// The same with the content of a hosts(5) file in place of /etc/hosts.
std::vector<Endpoint> parse_endpoint(std::string_view text, std::string_view hosts);

/// `127.0.0.1:8080`, `[::1]:443`; without the port when it is any. parse_endpoint() reads it back.
std::string to_string(const Endpoint& endpoint);

/// True for the addresses of WhatsApp's networks, on the ports its clients use
/// (connections/whatsapp_networks.h).
bool is_whatsapp(const Endpoint& remote);

/// The machine's TCP connections. Each network namespace is read once, at the first process in it,
/// so a connection made later is not seen. May be asked from several threads at once.
class Connections {
 public:
  /// `endpoints` count as WhatsApp's too.
  explicit Connections(std::vector<Endpoint> endpoints);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// The process's connections to WhatsApp, to one of the endpoints, or, once established, to the
  /// proxy that a variable of its environment names (HTTPS_PROXY and its like, with an address as a
  /// number or localhost). One a socket, however many descriptors it has; established ones first,
  /// then by address. Listening sockets are none. Empty when the connections cannot be read.
  std::vector<Connection> of(const ProcessReading& process);

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

}  // namespace wasession::observe

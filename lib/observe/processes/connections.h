/// Which processes are connected to WhatsApp.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
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
/// /etc/hosts knows. Empty when it is none of these: names are not looked up in the DNS.
std::vector<Endpoint> parse_endpoint(std::string_view text);

/// True for the addresses of WhatsApp's networks (whatsapp_networks.h), on the ports its clients
/// use.
bool is_whatsapp(const Endpoint& remote);

/// The machine's TCP connections, each network namespace read once, at the first process in it.
class Connections {
 public:
  /// `endpoints` count as WhatsApp's too.
  explicit Connections(std::vector<Endpoint> endpoints);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// The process's connections to WhatsApp, to one of the endpoints, or to the proxy that a
  /// variable of its environment names (HTTPS_PROXY and its like, with an address as a number or
  /// localhost), established ones first. Listening sockets are none.
  std::vector<Connection> of(const ProcessReading& process);

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

}  // namespace wasession::observe

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <arpa/inet.h>

#include "observe/files/files.h"
#include "observe/processes/connections.h"
#include "observe/processes/connections/addresses.h"
#include "observe/processes/connections/whatsapp_networks.h"

namespace wasession::observe {
namespace {

constexpr std::size_t kLargestHosts = 16 * 1024 * 1024;  // lists that block advertisers are long

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char left, char right) { return lower(left) == lower(right); });
}

/// Takes the next word of a line off its front; empty at the end.
std::string_view take_word(std::string_view& line) {
  constexpr std::string_view kBlank = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(word.size());
  return word;
}

/// The addresses that a hosts(5) file gives to a name.
std::vector<Address> addresses_in(std::string_view hosts, std::string_view name) {
  std::vector<Address> addresses;
  while (!hosts.empty()) {
    std::string_view line = hosts.substr(0, hosts.find('\n'));
    hosts.remove_prefix(std::min(line.size() + 1, hosts.size()));
    line = line.substr(0, line.find('#'));
    const std::string_view number = take_word(line);
    for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
      if (!same_name(word, name)) continue;
      const auto address = parse_address(number);
      if (address && std::find(addresses.begin(), addresses.end(), *address) == addresses.end()) {
        addresses.push_back(*address);
      }
      break;
    }
  }
  return addresses;
}

struct HostAndPort {
  std::string_view host;
  std::uint16_t port = 0;
  bool bracketed = false;
};

std::optional<HostAndPort> split(std::string_view text) {
  HostAndPort parts;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    parts.bracketed = true;
    parts.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    parts.host = text.substr(0, text.find(':'));
    rest = text.substr(parts.host.size());
  }
  if (parts.host.empty()) return std::nullopt;
  if (rest.empty()) return parts;
  const char* const end = rest.data() + rest.size();
  const auto [stopped, error] = std::from_chars(rest.data() + 1, end, parts.port);
  if (rest.front() != ':' || error != std::errc() || stopped != end || parts.port == 0) {
    return std::nullopt;
  }
  return parts;
}

template <typename ReadHosts>
std::vector<Endpoint> endpoints_of(std::string_view text, ReadHosts read_hosts) {
  const auto parts = split(text);
  if (!parts) return {};
  const auto number = parse_address(parts->host);
  const bool is_ipv6 = parts->host.find(':') != std::string_view::npos;
  if (parts->bracketed != is_ipv6) return {};
  if (number) return {{*number, parts->port}};
  if (is_ipv6) return {};
  std::vector<Address> addresses;
  if (same_name(parts->host, "localhost")) {
    addresses = {*parse_address("127.0.0.1"), *parse_address("::1")};
  } else {
    addresses = addresses_in(read_hosts(), parts->host);
  }
  std::vector<Endpoint> endpoints;
  for (const Address& address : addresses) endpoints.push_back({address, parts->port});
  return endpoints;
}

std::vector<Network> whatsapp_networks() {
  std::vector<Network> networks;
  for (const std::string_view text : kWhatsAppNetworks) networks.push_back(*parse_network(text));
  return networks;
}

}  // namespace

std::vector<Endpoint> parse_endpoint(std::string_view text) {
  SecretBuffer buffer;
  return endpoints_of(
      text, [&] { return read_file("/etc/hosts", kLargestHosts, buffer, Links::follow).bytes; });
}

std::vector<Endpoint> parse_endpoint(std::string_view text, std::string_view hosts) {
  return endpoints_of(text, [&] { return hosts; });
}

std::string to_string(const Endpoint& endpoint) {
  const bool mapped = Network{*parse_address("::ffff:0:0"), 96}.contains(endpoint.address);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (mapped) {
    ::inet_ntop(AF_INET, endpoint.address.data() + 12, text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, endpoint.address.data(), text.data(), text.size());
  }
  std::string shown = mapped ? text.data() : "[" + std::string(text.data()) + "]";
  if (endpoint.port != 0) shown += ":" + std::to_string(endpoint.port);
  return shown;
}

bool is_whatsapp(const Endpoint& remote) {
  static const std::vector<Network> networks = whatsapp_networks();
  return std::find(kWhatsAppPorts.begin(), kWhatsAppPorts.end(), remote.port) !=
             kWhatsAppPorts.end() &&
         std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.contains(remote.address); });
}

}  // namespace wasession::observe

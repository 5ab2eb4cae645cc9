#include "observe/processes/connections/proxy.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace wasession::observe {
namespace {

/// What curl, Go's net/http, the proxy agents of Node.js, and bots read.
constexpr std::array<std::string_view, 9> kVariables = {
    "HTTPS_PROXY", "https_proxy",    "ALL_PROXY",   "all_proxy",  "HTTP_PROXY",
    "http_proxy",  "WHATSAPP_PROXY", "SOCKS_PROXY", "socks_proxy"};

std::uint16_t usual_port(std::string_view scheme) {
  if (scheme.starts_with("socks")) return 1080;
  return scheme == "https" ? 443 : 80;
}

std::vector<Endpoint> proxies_of(std::string_view value) {
  std::string_view scheme;
  if (const std::size_t end = value.find("://"); end != std::string_view::npos) {
    scheme = value.substr(0, end);
    value.remove_prefix(end + 3);
  }
  value = value.substr(0, value.find_first_of("/?#"));
  if (const std::size_t at = value.rfind('@'); at != std::string_view::npos) {
    value.remove_prefix(at + 1);
  }
  // Another file tree may have another /etc/hosts, so no name is looked up there.
  std::vector<Endpoint> proxies = parse_endpoint(value, "");
  for (Endpoint& proxy : proxies) {
    if (proxy.port == 0) proxy.port = usual_port(scheme);
  }
  return proxies;
}

}  // namespace

std::vector<Endpoint> proxies_in(std::string_view environment) {
  std::vector<Endpoint> proxies;
  for_each_piece(environment, [&](std::string_view variable) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string_view::npos) return;
    const std::string_view name = variable.substr(0, equals);
    if (std::find(kVariables.begin(), kVariables.end(), name) == kVariables.end()) return;
    for (const Endpoint& proxy : proxies_of(variable.substr(equals + 1))) proxies.push_back(proxy);
  });
  return proxies;
}

}  // namespace wasession::observe

#include "observe/processes/connections.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>

#include "observe/processes/connections/proxy.h"
#include "observe/processes/connections/tcp_sockets.h"

namespace wasession::observe {
namespace {

bool matches(const std::vector<Endpoint>& endpoints, const Endpoint& remote) {
  return std::any_of(endpoints.begin(), endpoints.end(), [&](const Endpoint& endpoint) {
    return endpoint.address == remote.address &&
           (endpoint.port == 0 || endpoint.port == remote.port);
  });
}

/// The sockets with these inodes, each once.
std::vector<TcpSocket> select(const std::vector<TcpSocket>& sockets,
                              std::vector<std::uint64_t> inodes) {
  std::sort(inodes.begin(), inodes.end());
  inodes.erase(std::unique(inodes.begin(), inodes.end()), inodes.end());
  std::vector<TcpSocket> selected;
  for (const std::uint64_t inode : inodes) {
    const auto found = std::lower_bound(
        sockets.begin(), sockets.end(), inode,
        [](const TcpSocket& socket, std::uint64_t wanted) { return socket.inode < wanted; });
    if (found != sockets.end() && found->inode == inode) selected.push_back(*found);
  }
  std::sort(selected.begin(), selected.end(), [](const TcpSocket& a, const TcpSocket& b) {
    return std::tie(a.state, a.remote.address, a.remote.port) <
           std::tie(b.state, b.remote.address, b.remote.port);
  });
  return selected;
}

/// One network namespace. What was read is never changed again.
struct Namespace {
  std::mutex mutex;
  std::optional<std::vector<TcpSocket>> sockets;
};

}  // namespace

struct Connections::Tables {
  std::vector<Endpoint> endpoints;
  std::mutex mutex;
  std::map<std::uint64_t, Namespace> namespaces;  ///< by number; their places stay the same

  /// Null when they can't be read: the process may have ended, so the next one in the same
  /// namespace is asked.
  const std::vector<TcpSocket>* sockets_around(const ProcessReading& process) {
    Namespace* around = nullptr;
    {
      const std::scoped_lock lock(mutex);
      around = &namespaces[process.network_namespace];
    }
    const std::scoped_lock lock(around->mutex);
    if (!around->sockets) {
      around->sockets = process.network_namespace == 0 ? read_own_tcp_sockets()
                                                       : read_tcp_sockets_of(process.pid);
    }
    return around->sockets ? &*around->sockets : nullptr;
  }
};

Connections::Connections(std::vector<Endpoint> endpoints) : tables_(std::make_unique<Tables>()) {
  tables_->endpoints = std::move(endpoints);
}

Connections::~Connections() = default;

std::vector<Connection> Connections::of(const ProcessReading& process) {
  if (process.sockets.empty()) return {};
  const std::vector<TcpSocket>* const all = tables_->sockets_around(process);
  if (all == nullptr) return {};
  std::optional<std::vector<Endpoint>> proxies;
  std::vector<Connection> connections;
  for (const TcpSocket& socket : select(*all, process.sockets)) {
    bool through_proxy = false;
    if (!is_whatsapp(socket.remote) && !matches(tables_->endpoints, socket.remote)) {
      if (socket.state != TcpState::established) continue;
      if (!proxies) proxies = proxies_in(process.environment);
      if (!matches(*proxies, socket.remote)) continue;
      through_proxy = true;
    }
    connections.push_back(
        {to_string(socket.remote), std::string(to_string(socket.state)), through_proxy});
  }
  return connections;
}

}  // namespace wasession::observe

#include "observe/processes/connections.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "observe/files/descriptor.h"
#include "observe/processes/connections/tcp_sockets.h"
#include "unit/observe/live_child.h"

namespace wasession::observe {
namespace {

using test::LiveChild;

/// A loopback address and port; IPv6 when asked.
struct Loopback {
  sockaddr_storage storage{};
  socklen_t size = 0;

  static Loopback of(int family, std::uint16_t port = 0) {
    Loopback address;
    if (family == AF_INET) {
      sockaddr_in ipv4{};
      ipv4.sin_family = AF_INET;
      ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      ipv4.sin_port = htons(port);
      std::memcpy(&address.storage, &ipv4, sizeof ipv4);
      address.size = sizeof ipv4;
    } else {
      sockaddr_in6 ipv6{};
      ipv6.sin6_family = AF_INET6;
      ipv6.sin6_addr = in6addr_loopback;
      ipv6.sin6_port = htons(port);
      std::memcpy(&address.storage, &ipv6, sizeof ipv6);
      address.size = sizeof ipv6;
    }
    return address;
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// A listening socket of the loopback, on a port that the kernel chose; 0 when it can't be had.
struct Listener {
  Descriptor socket;
  int family;
  std::uint16_t port = 0;

  explicit Listener(int wanted_family = AF_INET) : family(wanted_family) {
    socket = Descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const Loopback any = Loopback::of(family);
    if (::bind(socket.get(), any.get(), any.size) != 0 || ::listen(socket.get(), 8) != 0) return;
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) return;
    // The port stands at the same place in both kinds of address.
    port = ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
  }
  std::string text() const {
    return (family == AF_INET ? "127.0.0.1:" : "[::1]:") + std::to_string(port);
  }
};

/// A descriptor connected to the loopback's port, never closed: a child's, which is killed.
int connect_to(const Listener& listener) {
  const int client = ::socket(listener.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const Loopback remote = Loopback::of(listener.family, listener.port);
  return ::connect(client, remote.get(), remote.size) == 0 ? client : -1;
}

std::optional<ProcessReading> reading_of(int pid) {
  const ProcessTable table = read_processes();
  for (const ProcessReading& reading : table.processes) {
    if (reading.pid == pid) return reading;
  }
  return std::nullopt;
}

std::vector<Connection> connections_of(int pid, const std::string& endpoint) {
  const auto reading = reading_of(pid);
  REQUIRE_MESSAGE(reading, "the child is not in the process table");
  return Connections(parse_endpoint(endpoint)).of(*reading);
}

bool bring_loopback_up() {
  const Descriptor any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return ::ioctl(any.get(), SIOCSIFFLAGS, &request) == 0;
}

}  // namespace

TEST_SUITE("connections") {
  TEST_CASE("a client that is connected to an endpoint is found, and nobody else") {
    for (const int family : {AF_INET, AF_INET6}) {
      const Listener listener(family);
      if (family == AF_INET6 && listener.port == 0) {
        MESSAGE("skipped: this machine has no IPv6");
        continue;
      }
      const LiveChild client([&] { return std::to_string(connect_to(listener)); });
      const LiveChild idle([] { return std::string(); });
      REQUIRE_NE(client.said(), "-1");
      const std::vector<Connection> expected = {{listener.text(), "established", false}};
      CHECK_MESSAGE(connections_of(client.pid(), listener.text()) == expected,
                    "the connected client was missed");
      CHECK(connections_of(client.pid(), "127.0.0.1:1").empty());
      // It inherited the listening socket, which is no connection.
      CHECK(connections_of(idle.pid(), listener.text()).empty());
    }
  }

  TEST_CASE("two connections are two, and two descriptors of one connection are one") {
    const Listener listener;
    const LiveChild client([&] {
      const int first = connect_to(listener);
      const int second = connect_to(listener);
      return std::to_string(std::min(::dup(first), second));
    });
    REQUIRE_NE(client.said(), "-1");
    CHECK_EQ(connections_of(client.pid(), listener.text()).size(), 2);
  }

  TEST_CASE("a client in a container's own network is found there") {
    const LiveChild client([]() -> std::string {
      if (::unshare(CLONE_NEWNET) != 0) return "";
      if (!bring_loopback_up()) return "no loopback";
      static const Listener listener;
      return connect_to(listener) < 0 ? "not connected" : listener.text();
    });
    if (client.said().empty()) {
      MESSAGE("skipped: only root can make a network namespace");
      return;
    }
    const auto reading = reading_of(client.pid());
    REQUIRE(reading);
    CHECK_MESSAGE(reading->network_namespace != 0, "the namespace was taken for one's own");
    const std::vector<Connection> expected = {{client.said(), "established", false}};
    CHECK(connections_of(client.pid(), client.said()) == expected);
  }

  TEST_CASE("a namespace whose first process has ended is read through the next one") {
    const Listener listener;
    const LiveChild client([&] { return std::to_string(connect_to(listener)); });
    auto reading = reading_of(client.pid());
    REQUIRE(reading);
    Connections connections(parse_endpoint(listener.text()));
    // As if both were in a namespace of their own, which is read through /proc/PID.
    reading->network_namespace = 1;
    ProcessReading ended = *reading;
    {
      const LiveChild short_lived([] { return std::string(); });
      ended.pid = short_lived.pid();
    }
    CHECK(connections.of(ended).empty());
    CHECK_EQ(connections.of(*reading).size(), 1);
  }

  TEST_CASE("the kernel's answer and its text table agree on every live connection") {
    const Listener listener;
    const LiveChild client([&] { return std::to_string(connect_to(listener)); });
    const auto reading = reading_of(client.pid());
    REQUIRE(reading);
    const auto asked = read_own_tcp_sockets();
    const auto text = read_tcp_sockets_of(client.pid());
    REQUIRE(asked);
    REQUIRE(text);
    int compared = 0;
    for (const TcpSocket& socket : *asked) {
      const bool is_ours =
          std::count(reading->sockets.begin(), reading->sockets.end(), socket.inode) != 0;
      if (!is_ours) continue;
      CHECK(std::find(text->begin(), text->end(), socket) != text->end());
      ++compared;
    }
    CHECK_EQ(compared, 1);
  }

  TEST_CASE("a connection to the proxy of a variable counts as one through a proxy") {
    const Listener listener;
    const LiveChild client([&] { return std::to_string(connect_to(listener)); });
    auto reading = reading_of(client.pid());
    REQUIRE(reading);
    using namespace std::string_literals;
    const std::string secret = "https_proxy=http://user:secret@"s + listener.text() + "/\0"s;
    reading->environment = "A=b\0"s + secret;
    const std::vector<Connection> expected = {{listener.text(), "established", true}};
    CHECK(Connections({}).of(*reading) == expected);
    reading->environment = "https_proxy=http://127.0.0.1:1/\0"s;
    CHECK(Connections({}).of(*reading).empty());
    // An endpoint that is named on the command line needs no proxy to count.
    reading->environment = secret;
    const std::vector<Connection> direct = {{listener.text(), "established", false}};
    CHECK(Connections(parse_endpoint(listener.text())).of(*reading) == direct);
  }

  TEST_CASE("a connection that the server has left is shown as such") {
    const Listener listener;
    const LiveChild client([&]() -> std::string {
      const int own_end = connect_to(listener);
      ::close(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
      char byte = 0;
      return ::read(own_end, &byte, 1) == 0 ? "left" : "still there";
    });
    REQUIRE_EQ(client.said(), "left");
    const auto connections = connections_of(client.pid(), listener.text());
    REQUIRE_EQ(connections.size(), 1);
    CHECK_EQ(connections.front().state, "close-wait");
  }

  TEST_CASE("many threads that ask at once get the same answer") {
    const Listener listener;
    const LiveChild client([&] { return std::to_string(connect_to(listener)); });
    const auto reading = reading_of(client.pid());
    REQUIRE(reading);
    Connections connections(parse_endpoint(listener.text()));
    std::array<std::size_t, 8> found{};
    {
      std::vector<std::jthread> threads;
      for (std::size_t& count : found) {
        threads.emplace_back([&] {
          ProcessReading mine = *reading;
          for (std::uint64_t number = 0; number < 20; ++number) {
            mine.network_namespace = number % 4;
            count += connections.of(mine).size();
          }
        });
      }
    }
    for (const std::size_t count : found) CHECK_EQ(count, 20);
  }
}

}  // namespace wasession::observe

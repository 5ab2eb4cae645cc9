#include "serve/listener.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "observe/files/files.h"

namespace wasession::serve {
namespace {

constexpr int kBacklog = 512;

[[noreturn]] void fail(std::string_view name, int error) {
  throw CannotListen(
      fmt::format("can't listen on {}: {}", name, std::generic_category().message(error)));
}

observe::Descriptor make_socket(int family, const std::string& name) {
  observe::Descriptor socket(::socket(family, SOCK_STREAM, 0));
  if (!socket) fail(name, errno);
  ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
  return socket;
}

/// The kernel's form of an address: IPv4 where it is one.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress socket_address(const Place& place) {
  SocketAddress address;
  const auto& bytes = place.address.bytes;
  if (place.address.is_ipv4()) {
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(place.port);
    std::memcpy(&ipv4.sin_addr, bytes.data() + bytes.size() - sizeof ipv4.sin_addr,
                sizeof ipv4.sin_addr);
    std::memcpy(&address.storage, &ipv4, sizeof ipv4);
    address.length = sizeof ipv4;
  } else {
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(place.port);
    std::memcpy(&ipv6.sin6_addr, bytes.data(), bytes.size());
    std::memcpy(&address.storage, &ipv6, sizeof ipv6);
    address.length = sizeof ipv6;
  }
  return address;
}

std::uint16_t port_of(int socket) {
  SocketAddress address;
  address.length = sizeof address.storage;
  if (::getsockname(socket, address.get(), &address.length) != 0) return 0;
  if (address.storage.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_port);
}

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw CannotListen(fmt::format("the socket path {} is longer than {} bytes", path,
                                   sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int bind_or_connect(decltype(&::connect) call, int socket, const sockaddr_un& address) {
  return call(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
}

/// Of two that start at the same moment one would take the other's socket, which is bound and does
/// not listen yet, for one that was left behind. The lock of the directory gives them turns. Others
/// may keep it for reasons of their own: then it is done without.
observe::Descriptor take_turn(const std::string& path) {
  constexpr int kTries = 40;
  constexpr std::chrono::milliseconds kBetween{50};
  const std::string directory(observe::parent_path(path));
  observe::Descriptor lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int i = 0; lock && i < kTries && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0; ++i) {
    std::this_thread::sleep_for(kBetween);
  }
  return lock;
}

/// What a killed run left is removed; anything else is thrown about.
void clear_place(const std::string& path, const sockaddr_un& address) {
  const observe::FileFacts facts = observe::facts_of(path);
  if (facts.kind == observe::FileKind::missing) return;
  if (facts.kind != observe::FileKind::socket) {
    throw CannotListen(fmt::format("{} is {}, and no socket: it is left alone", path,
                                   observe::describe(facts.kind)));
  }
  const observe::Descriptor caller = make_socket(AF_UNIX, path);
  const int error = bind_or_connect(&::connect, caller.get(), address);
  // A queue of callers that is full refuses one more.
  if (error == 0 || error == EAGAIN) {
    throw CannotListen(fmt::format("somebody listens on {} already", path));
  }
  if (error != ECONNREFUSED) fail(path, error);
  if (observe::facts_of(path).identity == facts.identity) ::unlink(path.c_str());
}

}  // namespace

Listener Listener::on(const Place& place) {
  Listener listener;
  listener.name_ = to_string(place);
  SocketAddress address = socket_address(place);
  listener.socket_ = make_socket(address.storage.ss_family, listener.name_);
  const int socket = listener.socket_.get();
  const int yes = 1;
  // A restart must not wait for the kernel to forget the connections of the run before.
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(socket, address.get(), address.length) != 0 || ::listen(socket, kBacklog) != 0) {
    fail(listener.name_, errno);
  }
  listener.name_ = "http://" + to_string(Place{place.address, port_of(socket)});
  return listener;
}

Listener Listener::at(const std::string& path) {
  const sockaddr_un address = unix_address(path);
  const observe::Descriptor turn = take_turn(path);
  clear_place(path, address);
  Listener listener;
  listener.name_ = "unix:" + path;
  listener.socket_ = make_socket(AF_UNIX, path);
  const int socket = listener.socket_.get();
  const mode_t before = ::umask(0177);
  const int error = bind_or_connect(&::bind, socket, address);
  ::umask(before);
  if (error != 0) fail(path, error);
  listener.path_ = path;
  listener.identity_ = observe::facts_of(path).identity;
  if (::listen(socket, kBacklog) != 0) fail(path, errno);
  return listener;
}

void Listener::close() {
  if (!socket_) return;
  // While it listens nobody else takes its place, so what is found there is removed as what it is.
  if (!path_.empty()) {
    const observe::FileFacts facts = observe::facts_of(path_);
    if (facts.kind == observe::FileKind::socket && facts.identity == identity_) {
      ::unlink(path_.c_str());
    }
  }
  socket_ = observe::Descriptor();
}

}  // namespace wasession::serve

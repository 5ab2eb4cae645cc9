#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "observe/files/descriptor.h"
#include "observe/processes/connections/addresses.h"
#include "observe/processes/connections/tcp_sockets.h"
#include "observe/processes/procfs_file.h"

namespace wasession::observe {
namespace {

/// 150 bytes a line of /proc/PID/net/tcp: 400,000 connections.
constexpr std::size_t kLargestTable = 64 * 1024 * 1024;

constexpr std::uint32_t bit(TcpState state) {
  return std::uint32_t{1} << static_cast<unsigned>(state);
}

/// A question of sock_diag(7): all TCP sockets of a family, but those that listen and those that
/// no process has any more.
struct DumpRequest {
  nlmsghdr header;
  inet_diag_req_v2 question;
};

bool ask(const Descriptor& netlink, std::uint8_t family) {
  DumpRequest request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.question.sdiag_family = family;
  request.question.sdiag_protocol = IPPROTO_TCP;
  request.question.idiag_states =
      ~(bit(TcpState::listen) | bit(TcpState::time_wait) | bit(TcpState::new_syn_recv));
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  const ssize_t sent = ::sendto(netlink.get(), &request, sizeof request, 0,
                                reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
  return sent == static_cast<ssize_t>(sizeof request);
}

TcpSocket socket_from(const inet_diag_msg& message) {
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), static_cast<const void*>(message.id.idiag_dst), bytes.size());
  TcpSocket socket;
  socket.inode = message.idiag_inode;
  socket.remote.address =
      address_of(std::span(bytes).first(message.idiag_family == AF_INET ? 4 : 16));
  socket.remote.port = ntohs(message.id.idiag_dport);
  socket.state = static_cast<TcpState>(message.idiag_state);
  return socket;
}

enum class Dump { goes_on, complete, failed };

/// Takes the messages of one answer apart.
Dump take_sockets(const char* bytes, std::size_t size, std::vector<TcpSocket>& sockets) {
  while (size >= sizeof(nlmsghdr)) {
    nlmsghdr header{};
    std::memcpy(&header, bytes, sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > size) return Dump::failed;
    if (header.nlmsg_type == NLMSG_DONE) return Dump::complete;
    if (header.nlmsg_type == NLMSG_ERROR) return Dump::failed;
    inet_diag_msg message{};
    if (header.nlmsg_len >= NLMSG_HDRLEN + sizeof message) {
      std::memcpy(&message, bytes + NLMSG_HDRLEN, sizeof message);
      if (message.idiag_inode != 0) sockets.push_back(socket_from(message));
    }
    const std::size_t step = std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), size);
    bytes += step;
    size -= step;
  }
  return Dump::goes_on;
}

/// False when the kernel does not answer: an old one, or a container that forbids the question.
bool dump(std::uint8_t family, std::vector<TcpSocket>& sockets) {
  // With this much room the kernel fills each answer up to 32 KiB.
  std::array<char, 32 * 1024> answer;
  const Descriptor netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!netlink || !ask(netlink, family)) return false;
  Dump state = Dump::goes_on;
  while (state == Dump::goes_on) {
    const ssize_t size = ::recv(netlink.get(), answer.data(), answer.size(), MSG_TRUNC);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0 || static_cast<std::size_t>(size) > answer.size()) return false;
    state = take_sockets(answer.data(), static_cast<std::size_t>(size), sockets);
  }
  return state == Dump::complete;
}

std::vector<TcpSocket> by_inode(std::vector<TcpSocket> sockets) {
  std::sort(sockets.begin(), sockets.end(),
            [](const TcpSocket& a, const TcpSocket& b) { return a.inode < b.inode; });
  return sockets;
}

/// The files are two: a machine without IPv6 has only the first. One that can be read is never
/// empty, for it has a line of headings.
std::optional<std::vector<TcpSocket>> read_tables(const std::string& process) {
  const Descriptor directory(::open(process.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return std::nullopt;
  const std::string ipv4 = read_process_file(directory.get(), "net/tcp", kLargestTable);
  const std::string ipv6 = read_process_file(directory.get(), "net/tcp6", kLargestTable);
  if (ipv4.empty() && ipv6.empty()) return std::nullopt;
  std::vector<TcpSocket> sockets = parse_tcp_table(ipv4);
  const std::vector<TcpSocket> others = parse_tcp_table(ipv6);
  sockets.insert(sockets.end(), others.begin(), others.end());
  return by_inode(std::move(sockets));
}

}  // namespace

std::optional<std::vector<TcpSocket>> read_own_tcp_sockets() {
  std::vector<TcpSocket> sockets;
  if (dump(AF_INET, sockets) && dump(AF_INET6, sockets)) return by_inode(std::move(sockets));
  return read_tables("/proc/self");
}

std::optional<std::vector<TcpSocket>> read_tcp_sockets_of(int pid) {
  return read_tables("/proc/" + std::to_string(pid));
}

}  // namespace wasession::observe

#include <array>
#include <cstring>
#include <random>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "observe/processes/connections/addresses.h"
#include "observe/processes/connections/tcp_sockets.h"

namespace wasession::observe {
namespace {

constexpr std::string_view kHeader =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n";

/// An address as the kernel prints it: 32-bit words of this machine, in hex.
std::string words(const Address& address, bool as_ipv4) {
  std::string text;
  for (std::size_t at = as_ipv4 ? 12 : 0; at < address.size(); at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, address.data() + at, sizeof word);
    text += fmt::format("{:08X}", word);
  }
  return text;
}

/// The line that the kernel prints for a socket (get_tcp4_sock and get_tcp6_sock of Linux 6).
std::string line_of(const TcpSocket& socket, int number, bool as_ipv4) {
  const std::string local = words(Address{}, as_ipv4);
  return fmt::format(
      "{:4}: {}:01BB {}:{:04X} {:02X} 00000000:00000000 00:00000000 00000000  1000        0 {} 1 "
      "0000000000000000 20 4 30 10 -1\n",
      number, local, words(socket.remote.address, as_ipv4), socket.remote.port,
      static_cast<unsigned>(socket.state), socket.inode);
}

TcpSocket random_socket(std::mt19937& random, bool as_ipv4) {
  TcpSocket socket;
  socket.inode = 1 + random();
  for (std::uint8_t& byte : socket.remote.address) byte = static_cast<std::uint8_t>(random());
  if (as_ipv4) socket.remote.address = address_of(std::span(socket.remote.address).first(4));
  socket.remote.port = static_cast<std::uint16_t>(random());
  do socket.state = static_cast<TcpState>(1 + random() % 12);
  while (socket.state == TcpState::listen);
  return socket;
}

}  // namespace

TEST_SUITE("/proc/net/tcp") {
  TEST_CASE("a connection of a real table is read with its remote end, state and inode") {
    const auto sockets = parse_tcp_table(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
        "   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        "
        "0 52141 1 0000000000000000 100 0 0 10 0                     \n"
        "   1: 0100007F:AEF4 0100007F:4965 01 00000000:00000000 00:00000000 00000000     0        "
        "0 59362 1 0000000000000000 20 4 30 10 -1                    \n");
    const std::uint32_t word = 0x0100007F;
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &word, sizeof word);
    REQUIRE_EQ(sockets.size(), 1);
    CHECK(sockets.front() == TcpSocket{59362, {address_of(bytes), 0x4965}, TcpState::established});
  }

  TEST_CASE("every connection that the kernel can print is read back") {
    std::mt19937 random(11);
    for (const bool as_ipv4 : {true, false}) {
      std::vector<TcpSocket> expected;
      std::string text(kHeader);
      for (int i = 0; i < 5000; ++i) {
        expected.push_back(random_socket(random, as_ipv4));
        text += line_of(expected.back(), i, as_ipv4);
      }
      CHECK(parse_tcp_table(text) == expected);
    }
  }

  TEST_CASE(
      "a remote end is the same whether a program speaks IPv4 through an IPv6 socket or not") {
    const TcpSocket socket{7, {*parse_address("157.240.1.60"), 443}, TcpState::established};
    const auto plain = parse_tcp_table(line_of(socket, 0, true));
    const auto mapped = parse_tcp_table(line_of(socket, 0, false));
    REQUIRE_EQ(plain.size(), 1);
    CHECK(plain == mapped);
    CHECK_EQ(to_string(mapped.front().remote), "157.240.1.60:443");
  }

  TEST_CASE("listening sockets, and ones that no process has any more, are left out") {
    TcpSocket socket{7, {*parse_address("157.240.1.60"), 443}, TcpState::listen};
    CHECK(parse_tcp_table(line_of(socket, 0, true)).empty());
    socket = {0, socket.remote, TcpState::time_wait};
    CHECK(parse_tcp_table(line_of(socket, 0, true)).empty());
  }

  TEST_CASE("a table that was cut off anywhere gives no socket that was not in it") {
    std::mt19937 random(13);
    const TcpSocket first = random_socket(random, true);
    const TcpSocket second = random_socket(random, true);
    const std::string text = line_of(first, 0, true) + line_of(second, 1, true);
    for (std::size_t size = 0; size <= text.size(); ++size) {
      CAPTURE(size);
      for (const TcpSocket& socket : parse_tcp_table(std::string_view(text).substr(0, size))) {
        CHECK((socket == first || socket == second));
      }
    }
    CHECK_EQ(parse_tcp_table(text).size(), 2);
  }

  TEST_CASE("a damaged line does not hide the next one") {
    std::mt19937 random(17);
    const TcpSocket sound = random_socket(random, true);
    for (int round = 0; round < 20'000; ++round) {
      std::string damaged = line_of(random_socket(random, random() % 2 == 0), 0, random() % 2 == 0);
      for (int hits = 0; hits < 3; ++hits) {
        const std::size_t at = random() % damaged.size();
        if (random() % 2 == 0)
          damaged.erase(at, random() % 20);
        else
          damaged[at] = static_cast<char>(random());
        if (damaged.empty()) damaged = " ";
      }
      const auto sockets = parse_tcp_table(damaged + "\n" + line_of(sound, 1, true));
      REQUIRE(!sockets.empty());
      REQUIRE(sockets.back() == sound);
      for (const TcpSocket& socket : sockets) REQUIRE(!to_string(socket.state).empty());
    }
  }

  TEST_CASE("a state is called what ss and netstat call it") {
    CHECK_EQ(to_string(TcpState::established), "established");
    CHECK_EQ(to_string(TcpState::syn_sent), "syn-sent");
    CHECK_EQ(to_string(TcpState::fin_wait_2), "fin-wait-2");
    CHECK_EQ(to_string(TcpState::close_wait), "close-wait");
    CHECK_EQ(to_string(TcpState::new_syn_recv), "syn-recv");
    CHECK_EQ(to_string(TcpState{0}), "unknown");
    CHECK_EQ(to_string(TcpState{255}), "unknown");
  }
}

}  // namespace wasession::observe

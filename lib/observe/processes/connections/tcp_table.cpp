#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "observe/processes/connections/addresses.h"
#include "observe/processes/connections/tcp_sockets.h"

namespace wasession::observe {
namespace {

/// Takes the next word off the front; empty at the end.
std::string_view take_field(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view field = line.substr(0, line.find(' '));
  line.remove_prefix(field.size());
  return field;
}

template <typename Number>
bool parse_number(std::string_view text, int base, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number, base);
  return error == std::errc() && stopped == end;
}

/// `0100007F:1F90`: the address as 32-bit words in the order of this machine's bytes, 8 digits
/// each, one word for IPv4 and four for IPv6; then the port.
std::optional<Endpoint> parse_remote(std::string_view field) {
  constexpr std::size_t kDigits = 8;
  const std::size_t colon = field.find(':');
  if (colon != kDigits && colon != 4 * kDigits) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t at = 0; at < colon; at += kDigits) {
    std::uint32_t word = 0;
    if (!parse_number(field.substr(at, kDigits), 16, word)) return std::nullopt;
    std::memcpy(bytes.data() + at / 2, &word, sizeof word);
  }
  Endpoint remote;
  remote.address = address_of(std::span(bytes).first(colon / 2));
  if (!parse_number(field.substr(colon + 1), 16, remote.port)) return std::nullopt;
  return remote;
}

/// `0: LOCAL REMOTE STATE QUEUES TIMER RETRANSMITS UID TIMEOUT INODE …`
std::optional<TcpSocket> parse_line(std::string_view line) {
  const std::string_view number = take_field(line);
  take_field(line);
  const auto remote = parse_remote(take_field(line));
  std::uint8_t state = 0;
  const bool has_state = parse_number(take_field(line), 16, state);
  for (int skipped = 0; skipped < 5; ++skipped) take_field(line);
  TcpSocket socket;
  // A line that the reading cut off may end within the inode: a blank follows a whole one.
  const bool has_inode = parse_number(take_field(line), 10, socket.inode) && !line.empty();
  if (!number.ends_with(':') || !remote || !has_state || !has_inode) return std::nullopt;
  socket.remote = *remote;
  socket.state = static_cast<TcpState>(state);
  return socket;
}

}  // namespace

std::string_view to_string(TcpState state) {
  constexpr std::array<std::string_view, 13> kNames = {
      "unknown", "established", "syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2", "time-wait",
      "close",   "close-wait",  "last-ack", "listen",   "closing",    "syn-recv"};
  const auto number = static_cast<std::size_t>(state);
  return number < kNames.size() ? kNames[number] : kNames.front();
}

std::vector<TcpSocket> parse_tcp_table(std::string_view text) {
  std::vector<TcpSocket> sockets;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto socket = parse_line(line);
    if (socket && socket->inode != 0 && socket->state != TcpState::listen) {
      sockets.push_back(*socket);
    }
  }
  return sockets;
}

}  // namespace wasession::observe

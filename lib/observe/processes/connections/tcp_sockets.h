/// The TCP sockets of one network namespace, found by the number that a descriptor's link shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "observe/processes/connections.h"

namespace wasession::observe {

/// The kernel's numbers (include/net/tcp_states.h).
enum class TcpState : std::uint8_t {
  established = 1,
  syn_sent,
  syn_recv,
  fin_wait_1,
  fin_wait_2,
  time_wait,
  close,
  close_wait,
  last_ack,
  listen,
  closing,
  new_syn_recv
};

/// `established`, `fin-wait-1`; `unknown` for a number that is none of them.
std::string_view to_string(TcpState state);

struct TcpSocket {
  std::uint64_t inode = 0;
  Endpoint remote;
  TcpState state = TcpState::established;

  bool operator==(const TcpSocket&) const = default;
};

/// The sockets in the text of /proc/PID/net/tcp or tcp6, in its order; without listening ones and
/// those that no process has any more (inode 0). Lines that are not understood are left out.
std::vector<TcpSocket> parse_tcp_table(std::string_view text);

/// The sockets of this process's own network namespace, by inode. Nothing when they can't be read.
std::optional<std::vector<TcpSocket>> read_own_tcp_sockets();

/// The same of the namespace that the process is in.
std::optional<std::vector<TcpSocket>> read_tcp_sockets_of(int pid);

}  // namespace wasession::observe

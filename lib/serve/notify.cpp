#include "serve/notify.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "report/escape.h"

namespace wasession::serve {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

Notifier::Notifier(std::string socket_path) : path_(std::move(socket_path)) {
  const bool usable = path_.size() > 1 && path_.size() < sizeof(sockaddr_un::sun_path) &&
                      (path_.front() == '/' || path_.front() == '@');
  if (!usable) return;
  socket_ = observe::Descriptor(::socket(AF_UNIX, SOCK_DGRAM, 0));
  if (socket_) ::fcntl(socket_.get(), F_SETFD, FD_CLOEXEC);
}

void Notifier::send(std::string_view text) {
  if (!socket_) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  if (path_.front() == '@') address.sun_path[0] = '\0';
  // The length counts, not a zero at the end: an abstract name may hold any byte.
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size());
  static_cast<void>(::sendto(socket_.get(), text.data(), text.size(), MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&address), length));
}

void Notifier::ready() {
  send("READY=1");
}

void Notifier::stopping() {
  send("STOPPING=1");
}

void Notifier::alive() {
  send("WATCHDOG=1");
}

void Notifier::status(const std::string& line) {
  if (line == last_status_) return;
  last_status_ = line;
  send("STATUS=" + report::printable(line));
}

std::optional<std::chrono::microseconds> watchdog_interval(const std::optional<std::string>& usec,
                                                           const std::optional<std::string>& pid,
                                                           int own_pid) {
  if (!usec || (pid && parse_number(*pid) != static_cast<std::uint64_t>(own_pid))) {
    return std::nullopt;
  }
  constexpr std::uint64_t kLongest = std::uint64_t{86'400} * 1'000'000;
  const auto limit = parse_number(*usec);
  if (!limit || *limit < 2 || *limit > kLongest) return std::nullopt;
  return std::chrono::microseconds(*limit / 2);
}

}  // namespace wasession::serve

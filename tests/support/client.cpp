#include "support/client.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace wasession::test {
namespace {

constexpr int kDeadlineSeconds = 20;

int connected(const std::string& where) {
  if (where.front() == '/') {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, where.data(), where.size());
    REQUIRE_MESSAGE(
        ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, where);
    return socket;
  }
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(where)));
  REQUIRE_MESSAGE(
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
      "nobody listens on port ", where);
  return socket;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// The lines of a head without the empty one at its end.
Response parse_head(const std::string& head) {
  Response response;
  std::istringstream lines(head);
  std::string line;
  std::getline(lines, line);
  if (line.rfind("HTTP/1.1 ", 0) == 0) response.status = std::stoi(line.substr(9));
  while (std::getline(lines, line)) {
    if (line.ends_with('\r')) line.pop_back();
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    response.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
  }
  return response;
}

}  // namespace

nlohmann::json Response::json() const {
  auto parsed = nlohmann::json::parse(body, nullptr, false);
  CHECK_MESSAGE(!parsed.is_discarded(), "the answer is no JSON: ", body);
  return parsed;
}

Client::Client(const std::string& where) : socket_(connected(where)) {
  const timeval deadline{kDeadlineSeconds, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline);
}

Client::~Client() {
  ::close(socket_);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Client::finish() {
  ::shutdown(socket_, SHUT_WR);
}

bool Client::fill() {
  char block[16384];
  const ssize_t count = ::recv(socket_, block, sizeof block, 0);
  REQUIRE_MESSAGE((count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)),
                  "the server neither answers nor closes the connection");
  if (count <= 0) return false;
  buffer_.append(block, static_cast<std::size_t>(count));
  return true;
}

Response Client::receive(bool head) {
  std::size_t end = std::string::npos;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  Response response = parse_head(buffer_.substr(0, end + 2));
  buffer_.erase(0, end + 4);
  if (head) return response;
  const std::size_t size = std::stoul(response.headers["content-length"]);
  while (buffer_.size() < size) {
    if (!fill()) return {};
  }
  response.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return response;
}

Response Client::ask(const std::string& path, const std::string& headers) {
  send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
  return receive();
}

bool Client::is_closed() {
  while (fill()) {
  }
  return true;
}

}  // namespace wasession::test

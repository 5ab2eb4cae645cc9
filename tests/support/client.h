/// A client of `wasession serve` that says whatever a test wants, byte for byte.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace wasession::test {

struct Response {
  int status = 0;                              ///< 0: the connection was closed without one
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  nlohmann::json json() const;
};

/// One connection. Nothing waits for longer than a deadline, which fails the test.
class Client {
 public:
  /// `where` is a port of the loopback, or the path of a Unix socket.
  explicit Client(const std::string& where);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// False when the server has closed the connection.
  bool send(std::string_view bytes);
  /// Nothing more will be sent.
  void finish();
  /// The next response; of a HEAD request without its body.
  Response receive(bool head = false);
  Response ask(const std::string& path, const std::string& headers = {});
  /// True once the server has closed the connection, which is waited for.
  bool is_closed();

 private:
  bool fill();

  int socket_;
  std::string buffer_;
};

}  // namespace wasession::test

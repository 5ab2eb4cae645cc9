/// `wasession serve` as a process, and a client that says to it whatever a test wants, byte for
/// byte.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/machine.h"

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

class Server {
 public:
  /// Runs it in the machine and waits until it listens. `where` of the options may be --unix PATH,
  /// else the kernel chooses a port.
  Server(const Machine& machine, std::vector<std::string> arguments, Variables environment = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  const std::string& where() const { return where_; }
  int pid() const { return pid_; }

  /// GET on a connection of its own.
  Response get(const std::string& path, const std::string& headers = {}) const;
  /// The value of a series in /metrics; -1 when it is not there.
  double metric(const std::string& series) const;

  /// Sends the signal; the exit status.
  int stop(int signal);

 private:
  int pid_ = -1;
  int errors_ = -1;
  std::string where_;
};

}  // namespace wasession::test

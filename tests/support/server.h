/// `wasession serve` as a process.
#pragma once

#include <string>
#include <vector>

#include "support/client.h"
#include "support/machine.h"

namespace wasession::test {

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

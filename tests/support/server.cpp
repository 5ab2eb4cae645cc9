#include "support/server.h"

#include <algorithm>
#include <csignal>
#include <sstream>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/run.h"

namespace wasession::test {
namespace {

std::string read_line(int descriptor) {
  std::string line;
  char c = 0;
  while (::read(descriptor, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

}  // namespace

Server::Server(const Machine& machine, std::vector<std::string> arguments, Variables environment) {
  machine.hand_over();
  environment.insert(machine.environment.begin(), machine.environment.end());
  arguments.insert(arguments.begin(), "serve");
  if (std::ranges::find(arguments, "--unix") == arguments.end() &&
      std::ranges::find(arguments, "--listen") == arguments.end()) {
    arguments.insert(arguments.end(), {"--listen", "127.0.0.1:0"});
  }
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  pid_ = ::fork();
  if (pid_ == 0) {
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDIN_FILENO);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    exec_wasession(arguments, environment, {});
  }
  ::close(ends[1]);
  errors_ = ends[0];
  const std::string line = read_line(errors_);
  const std::size_t at = line.find("listening on ");
  REQUIRE_MESSAGE(at != std::string::npos, "serve did not start: ", line);
  const std::string name = line.substr(at);
  where_ = name.find("unix:") != std::string::npos ? name.substr(name.find('/'))
                                                   : name.substr(name.rfind(':') + 1);
}

Server::~Server() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    wait_for(pid_);
  }
  ::close(errors_);
}

Response Server::get(const std::string& path, const std::string& headers) const {
  return Client(where_).ask(path, headers);
}

double Server::metric(const std::string& series) const {
  std::istringstream lines(get("/metrics").body);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
  }
  return -1;
}

int Server::stop(int signal) {
  ::kill(pid_, signal);
  const int status = wait_for(pid_);
  pid_ = -1;
  return status;
}

}  // namespace wasession::test

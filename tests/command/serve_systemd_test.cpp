// serve as a service of systemd's, whose part this test takes.
#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/machine.h"
#include "support/server.h"

using namespace wasession::test;

namespace {

class Manager {
 public:
  explicit Manager(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const timeval deadline{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  }
  ~Manager() { ::close(socket_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  /// The next message; empty when none comes.
  std::string next() const {
    std::array<char, 1024> text{};
    const ssize_t size = ::recv(socket_, text.data(), text.size(), 0);
    return size < 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(size));
  }

  /// Waits for a message; false when others come for ever, or none.
  bool hears(const std::string& wanted) const {
    for (int i = 0; i < 1000; ++i) {
      const std::string message = next();
      if (message == wanted) return true;
      if (message.empty()) return false;
    }
    return false;
  }

 private:
  int socket_;
};

}  // namespace

TEST_CASE("systemd hears that serve is ready, how it does, that it lives, and that it stops") {
  const Machine machine;
  std::filesystem::permissions(machine.add_baileys("bots/lab", "v9-copy-A"),
                               std::filesystem::perms(0700));
  const std::string path = machine.path("notify");
  const Manager manager(path);
  Server server(machine, {"--only-root", "--root", machine.path("bots")},
                {{"NOTIFY_SOCKET", path}, {"WATCHDOG_USEC", "200000"}});
  CHECK(manager.hears("READY=1"));
  CHECK(manager.hears("STATUS=healthy; sessions: 1"));
  for (int i = 0; i < 5; ++i) CHECK(manager.hears("WATCHDOG=1"));
  CHECK_MESSAGE(server.metric("wasession_scans_total") == 1, "it looks although nobody asks");
  CHECK(server.stop(SIGTERM) == 0);
  CHECK(manager.hears("STOPPING=1"));
}

TEST_CASE("serve is not ready before the first look, and hears no watchdog of another process") {
  const Machine machine;
  const std::string path = machine.path("notify");
  const Manager manager(path);
  Server server(machine, {"--only-root", "--root", machine.path("absent")},
                {{"NOTIFY_SOCKET", path}, {"WATCHDOG_USEC", "20000"}, {"WATCHDOG_PID", "1"}});
  CHECK(manager.next() == "READY=1");
  CHECK(manager.next().starts_with("STATUS="));
  CHECK(server.stop(SIGINT) == 0);
  CHECK(manager.next() == "STOPPING=1");
}

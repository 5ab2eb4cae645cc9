#include "serve/notify.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <string>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/temporary_directory.h"

using namespace wasession;
using namespace std::chrono_literals;
using wasession::serve::Notifier;

namespace {

/// What systemd listens to.
class Manager {
 public:
  /// `name` begins with `@` for an abstract socket.
  explicit Manager(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0);
  }

  /// The next datagram; empty when none waits.
  std::string heard() const {
    std::array<char, 512> text{};
    const ssize_t size = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
    return size < 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(size));
  }

 private:
  observe::Descriptor socket_;
};

}  // namespace

TEST_CASE("systemd is told by the socket that it names, in the file system or abstract") {
  const test::TemporaryDirectory directory;
  for (const std::string& name :
       {directory.path("notify"), "@wasession-test-" + std::to_string(::getpid())}) {
    const Manager manager(name);
    Notifier notifier(name);
    CHECK(notifier.wanted());
    notifier.ready();
    CHECK(manager.heard() == "READY=1");
    notifier.alive();
    CHECK(manager.heard() == "WATCHDOG=1");
    notifier.status("healthy");
    CHECK(manager.heard() == "STATUS=healthy");
    notifier.status("healthy");
    CHECK_MESSAGE(manager.heard().empty(), "the same status is sent again and again");
    notifier.status("no such file: a\nMAINPID=1");
    CHECK_MESSAGE(manager.heard().find('\n') == std::string::npos,
                  "a name of a file tells systemd which process to watch");
    notifier.stopping();
    CHECK(manager.heard() == "STOPPING=1");
  }
}

TEST_CASE("without a systemd nothing is told, and nothing goes wrong") {
  const test::TemporaryDirectory directory;
  for (const std::string& name : {std::string(), std::string("relative"), std::string("/"),
                                  std::string("@"), std::string(200, '/')}) {
    Notifier notifier(name);
    CHECK_FALSE(notifier.wanted());
    notifier.ready();
  }
  Notifier nobody(directory.path("absent"));
  nobody.ready();
  nobody.status("healthy");
}

TEST_CASE("a service is heard of twice in systemd's time") {
  CHECK(serve::watchdog_interval("30000000", std::nullopt, 42) == 15s);
  CHECK(serve::watchdog_interval("30000000", "42", 42) == 15s);
  CHECK_FALSE(serve::watchdog_interval("30000000", "43", 42));
  CHECK_FALSE(serve::watchdog_interval(std::nullopt, "42", 42));
  for (const char* wrong : {"", "0", "1", "x", "-5", "5s", "99999999999999999999"}) {
    CHECK_MESSAGE(!serve::watchdog_interval(wrong, std::nullopt, 42), wrong);
  }
}

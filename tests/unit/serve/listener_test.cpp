#include "serve/listener.h"

#include <atomic>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/temporary_directory.h"

using namespace wasession;
using wasession::serve::CannotListen;
using wasession::serve::Listener;

namespace {

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

bool exists(const std::string& path) {
  return std::filesystem::symlink_status(path).type() != std::filesystem::file_type::not_found;
}

}  // namespace

TEST_CASE("only its owner can connect to a Unix socket, and it goes when serving ends") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("socket");
  const mode_t before = ::umask(0);
  {
    const Listener listener = Listener::at(path);
    CHECK(mode_of(path) == 0600);
  }
  CHECK_MESSAGE(::umask(before) == 0, "the umask was left changed");
  CHECK_FALSE(exists(path));
}

TEST_CASE("what is no socket is left alone") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.write_file("file", "content");
  const std::string link = directory.make_link("link", directory.path("nowhere"));
  for (const std::string& path : {file, link, directory.path()}) {
    CHECK_THROWS_AS(static_cast<void>(Listener::at(path)), CannotListen);
    CHECK(exists(path));
  }
  CHECK_FALSE(exists(directory.path("nowhere")));
}

TEST_CASE("a socket that somebody listens to is left alone; what a killed run left is not") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("socket");
  std::optional<Listener> listener(Listener::at(path));
  CHECK_THROWS_AS(static_cast<void>(Listener::at(path)), CannotListen);
  std::filesystem::rename(path, directory.path("kept"));
  listener.reset();  // finds nothing to remove under its path
  std::filesystem::rename(directory.path("kept"), path);
  const Listener next = Listener::at(path);
  CHECK(mode_of(path) == 0600);
}

TEST_CASE("of many that start at once one listens, and its socket stays") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("socket");
  for (int round = 0; round < 30; ++round) {
    std::mutex mutex;
    std::vector<Listener> listening;
    {
      std::vector<std::jthread> starting;
      for (int i = 0; i < 8; ++i) {
        starting.emplace_back([&] {
          try {
            Listener listener = Listener::at(path);
            const std::lock_guard lock(mutex);
            listening.push_back(std::move(listener));
          } catch (const CannotListen&) {
          }
        });
      }
    }
    REQUIRE_MESSAGE(listening.size() == 1, "each of them believes that clients come to it");
    // As a killed run leaves it.
    std::filesystem::rename(path, directory.path("kept"));
    listening.clear();
    std::filesystem::rename(directory.path("kept"), path);
  }
}

TEST_CASE("a socket of another kind is told as such, and left alone") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int datagrams = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  REQUIRE(::bind(datagrams, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK_THROWS_AS(static_cast<void>(Listener::at(path)), CannotListen);
  ::close(datagrams);
  CHECK(exists(path));
}

TEST_CASE("a socket that another one put in its place is not removed") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("socket");
  std::optional<Listener> first(Listener::at(path));
  std::filesystem::rename(path, directory.path("aside"));
  const Listener second = Listener::at(path);
  first.reset();
  CHECK(exists(path));
}

TEST_CASE("of one that ends and one that starts at that moment, the new one's socket stays") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("socket");
  for (int round = 0; round < 500; ++round) {
    std::optional<Listener> ending(Listener::at(path));
    std::atomic<bool> begun = false;
    std::optional<Listener> next;
    {
      const std::jthread starting([&] {
        begun = true;
        begun.notify_one();
        while (!next) {
          try {
            next.emplace(Listener::at(path));
          } catch (const CannotListen&) {
          }
        }
      });
      begun.wait(false);
      ending.reset();
    }
    REQUIRE_MESSAGE(exists(path), "nobody can connect to the one that listens, round ", round);
  }
}

TEST_CASE("a port that is taken is told with its number") {
  const Listener first = Listener::on(serve::parse_place("127.0.0.1:0").value());
  const std::string name = first.name();
  const auto place = serve::parse_place(name.substr(name.find("127")));
  REQUIRE(place);
  CHECK(place->port != 0);
  try {
    static_cast<void>(Listener::on(*place));
    FAIL("two listen on one port");
  } catch (const CannotListen& error) {
    const std::string why = error.what();
    CHECK_MESSAGE(why.find(serve::to_string(*place)) != std::string::npos, why);
  }
}

TEST_CASE("a path too long for a socket is told as such") {
  CHECK_THROWS_AS(static_cast<void>(Listener::at("/" + std::string(200, 'x'))), CannotListen);
}

#include "serve/listener.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>
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

TEST_CASE("a socket that another one put in its place is not removed") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("socket");
  std::optional<Listener> first(Listener::at(path));
  std::filesystem::rename(path, directory.path("aside"));
  const Listener second = Listener::at(path);
  first.reset();
  CHECK(exists(path));
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

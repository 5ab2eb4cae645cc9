#include <array>
#include <cerrno>
#include <string>

#include <doctest/doctest.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe/files/descriptor.h"
#include "observe/files/files.h"
#include "support/temporary_directory.h"

namespace wasession::observe {
namespace {

/// Tells whether anybody has opened the file since; the kernel queues the event before open(2)
/// returns.
class OpenWatch {
 public:
  explicit OpenWatch(const std::string& path) : events_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    REQUIRE(::inotify_add_watch(events_.get(), path.c_str(), IN_OPEN) >= 0);
  }
  bool was_opened() const {
    alignas(inotify_event) std::array<char, 4096> events;
    return ::read(events_.get(), events.data(), events.size()) > 0;
  }

 private:
  Descriptor events_;
};

}  // namespace

TEST_CASE("a FIFO under a file's name is never opened, so that its writer is not woken") {
  const test::TemporaryDirectory directory;
  const std::string fifo = directory.path("openclaw.json");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const std::string link = directory.make_link("link.json", fifo);
  const OpenWatch watch(fifo);
  SecretBuffer buffer;
  for (const std::string& path : {fifo, link}) {
    const FileContent content = read_file(path, 1000, buffer, Links::follow);
    CHECK(content.error == EINVAL);
    CHECK(content.facts.kind == FileKind::fifo);
    CHECK_MESSAGE(!watch.was_opened(), path, " was opened");
  }
  CHECK(read_file(fifo, 1000, buffer).error == EINVAL);
  CHECK_FALSE(watch.was_opened());
}

TEST_CASE("only a regular file is read, and a link only when it may be followed") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.write_file("file", "content");
  const std::string link = directory.make_link("link", file);
  const OpenWatch watch(file);
  SecretBuffer buffer;
  CHECK(read_file(file, 1000, buffer).bytes == "content");
  CHECK_MESSAGE(watch.was_opened(), "the watch that the other test relies on sees nothing");
  CHECK(read_file(link, 1000, buffer, Links::follow).bytes == "content");
  CHECK(read_file(link, 1000, buffer).error == ELOOP);
  CHECK(read_file(directory.path(), 1000, buffer).error == EINVAL);
  CHECK(read_file("/dev/null", 1000, buffer, Links::follow).error == EINVAL);
  CHECK(read_file(directory.path("missing"), 1000, buffer).facts.kind == FileKind::missing);
}

}  // namespace wasession::observe

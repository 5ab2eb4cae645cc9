// What requests get while a look hangs, after one has failed, and when serving ends meanwhile.
#include "serve/serve.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <doctest/doctest.h>
#include <unistd.h>

#include "support/client.h"

using namespace wasession;
using namespace std::chrono_literals;
using test::Client;

namespace {

enum class How { well, failing, hanging };

/// Looks at nothing, in a way that can be changed, also for the one that goes on.
class Looks {
 public:
  Snapshot look() {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return how_ != How::hanging; });
    if (how_ == How::failing) throw std::runtime_error("the disk is gone");
    Snapshot snapshot;
    snapshot.taken_at =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return snapshot;
  }
  void go(How how) {
    const std::lock_guard lock(mutex_);
    how_ = how;
    changed_.notify_all();
  }
  void wait_for_one() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return begun_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  How how_ = How::hanging;
  int begun_ = 0;
};

/// serve() on a thread of its own.
class Serving {
 public:
  explicit Serving(std::chrono::milliseconds fresh) {
    settings_.limits.fresh = fresh;
    settings_.version = "1.0.0";
    settings_.complain = [this](const std::string&) { ++complaints; };
    serve::Listener listener = serve::Listener::on(serve::parse_place("127.0.0.1:0").value());
    where = listener.name().substr(listener.name().rfind(':') + 1);
    thread_ = std::thread([this, moved = std::move(listener)]() mutable {
      serve::Notifier nobody("");
      ended_ = serve::serve(
          std::move(moved), settings_, [this](auto&) { return looks.look(); }, nobody);
    });
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;
  ~Serving() {
    if (!thread_.joinable()) return;
    looks.go(How::well);
    stop();
  }

  /// Whether no look was left behind.
  bool stop() {
    ::kill(::getpid(), SIGTERM);
    thread_.join();
    return ended_;
  }
  test::Response get(const std::string& path) const { return Client(where).ask(path); }

  Looks looks;
  std::string where;
  std::atomic<int> complaints = 0;

 private:
  serve::Settings settings_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace

TEST_CASE("who asks during the first look waits for it, but who asks whether there was one") {
  Serving serving(1h);
  serving.looks.wait_for_one();
  CHECK(serving.get("/readyz").status == 503);
  CHECK(serving.get("/").status == 200);
  Client early(serving.where);
  early.send("GET /v1/sessions HTTP/1.1\r\nHost: localhost\r\n\r\n");
  serving.looks.go(How::well);
  CHECK(early.receive().status == 200);
  CHECK(serving.get("/readyz").status == 200);
  CHECK(serving.stop());
}

TEST_CASE("looks that fail leave the answers of the one before, are counted, and told once") {
  Serving serving(1ms);
  serving.looks.go(How::well);
  CHECK(serving.get("/healthz").status == 200);
  serving.looks.go(How::failing);
  const auto failures = [&] {
    constexpr std::string_view kName = "\nwasession_scan_failures_total ";
    const std::string metrics = serving.get("/metrics").body;
    return std::stoi(metrics.substr(metrics.find(kName) + kName.size()));
  };
  while (failures() < 3) {
  }
  CHECK(serving.complaints == 1);
  const test::Response health = serving.get("/healthz");
  CHECK_MESSAGE(health.status == 200, health.body);
  CHECK(serving.get("/readyz").status == 200);
  CHECK(serving.stop());
}

TEST_CASE("who waits for a look that hangs is answered when serving ends, and it does end") {
  Serving serving(1h);
  serving.looks.wait_for_one();
  Client waiting(serving.where);
  waiting.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  // It came later, and is answered: the one above was read.
  CHECK(serving.get("/readyz").status == 503);
  const std::jthread late([&] {
    CHECK(waiting.receive().status == 503);
    serving.looks.go(How::well);
  });
  CHECK(serving.stop());
}

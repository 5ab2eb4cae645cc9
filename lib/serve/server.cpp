#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "report/json_writer.h"
#include "report/metrics.h"
#include "serve/connection.h"
#include "serve/lately.h"
#include "serve/scanner.h"
#include "serve/serve.h"

namespace wasession::serve {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Error = boost::system::error_code;

/// How exactly deadlines are kept.
constexpr auto kTick = 250ms;
/// For answers in flight when it is told to stop, and then for the look that goes on.
constexpr auto kLastAnswers = 3s;
constexpr auto kLastLook = 2s;
/// Without descriptors nothing can be accepted: time for others to give some back.
constexpr auto kAcceptAgain = 100ms;
/// A look that takes longer hangs: systemd hears nothing any more and starts it anew.
constexpr auto kHangingLook = 120s;
constexpr std::size_t kMostConnections = 512;
constexpr int kAcceptedAtOnce = 64;

/// The look at the machine needs descriptors, too.
std::size_t most_connections() {
  constexpr std::size_t kFewest = 8;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kFewest;
  return std::clamp<std::size_t>(limit.rlim_cur / 2, kFewest, kMostConnections);
}

/// What the scanner's thread works with; it may outlive the server.
class Work {
 public:
  Work(Look look, const Rendering& rendering) : look_(std::move(look)), rendering_(rendering) {}

  Answers scan() {
    const Snapshot snapshot = look_(lately_.seen());
    lately_.note(snapshot);
    return render(snapshot, rendering_);
  }

 private:
  Look look_;
  Rendering rendering_;
  Lately lately_;
};

class Server {
 public:
  Server(Listener listener, const Settings& settings, const Look& look, Notifier& notifier)
      : settings_(settings),
        notifier_(notifier),
        signals_(context_, SIGTERM, SIGINT, SIGHUP),
        listener_(std::move(listener)),
        acceptor_(context_, ::fcntl(listener_.descriptor(), F_DUPFD_CLOEXEC, 0)),
        freshness_(settings.limits),
        scanner_([work = std::make_shared<Work>(look, settings.rendering)] { return work->scan(); },
                 [this](const Scanner::Result& result) {
                   asio::post(context_, [this, result] { scanned(result); });
                 }) {}

  bool run() {
    signals_.async_wait([this](const Error& error, int) {
      if (!error) stop();
    });
    accept();
    begin_look();
    tick();
    watch();
    context_.run();
    return scanner_.stop(kLastLook);
  }

 private:
  void begin_look() {
    freshness_.began(Clock::now());
    scanner_.begin();
  }

  void scanned(const Scanner::Result& result) {
    if (result.answers) {
      measures_.scanned(result.took);
      freshness_.succeeded(Clock::now());
      if (!answers_) notifier_.ready();
      answers_ = result.answers;
      notifier_.status(answers_->status);
      failing_ = false;
    } else {
      measures_.failed_to_scan(result.took);
      freshness_.failed(Clock::now());
      if (!std::exchange(failing_, true)) settings_.complain(result.failure);
      notifier_.status("the machine can't be looked at: " + result.failure);
    }
    for (const auto& [connection, route] : std::exchange(waiting_, {})) {
      connection->answer(reply_to(route));
    }
  }

  void asked(const std::shared_ptr<Connection>& connection, const Request& request) {
    Routed routed = serve::route(request, settings_.rules);
    if (routed.status != 200) {
      Reply reply;
      reply.status = routed.status;
      reply.headers = routed.header;
      reply.tail = std::move(routed.body);
      reply.last = stopping_;
      return connection->answer(std::move(reply));
    }
    const Freshness::Decision decision =
        routed.route == Route::index ? Freshness::Decision{} : freshness_.ask(Clock::now());
    if (decision.look) begin_look();
    // Who asks whether there is a first observation wants to hear that there is none.
    const bool wait = decision.wait && (answers_ || routed.route != Route::ready);
    if (!wait) return connection->answer(reply_to(routed.route));
    waiting_.emplace_back(connection, routed.route);
  }

  Reply reply_to(Route route) {
    Reply reply;
    reply.last = stopping_;
    const auto age = freshness_.age(Clock::now());
    if (age) {
      reply.headers =
          fmt::format("Age: {}\r\n", std::chrono::floor<std::chrono::seconds>(*age).count());
    }
    const bool vouched = answers_ && freshness_.vouched(Clock::now());
    switch (route) {
      case Route::index:
        reply.headers.clear();
        reply.tail = index_json();
        return reply;
      case Route::ready:
        reply.status = vouched ? 200 : 503;
        reply.tail = ready_json(vouched, age);
        return reply;
      case Route::metrics:
        reply.type = report::kMetricsType;
        if (answers_) reply.body = answers_->metrics;
        measures_.connections = connections_.size();
        reply.tail = report::own_metrics(measures_, settings_.version, age);
        return reply;
      case Route::health:
        if (!vouched) return unknown(std::move(reply));
        reply.status = answers_->healthy ? 200 : 503;
        reply.body = answers_->health;
        return reply;
      case Route::sessions:
      case Route::findings:
        if (!answers_) return unknown(std::move(reply));
        reply.body = route == Route::sessions ? answers_->sessions : answers_->findings;
        return reply;
    }
    return reply;
  }

  static Reply unknown(Reply reply) {
    reply.status = 503;
    reply.tail = error_json("there is no observation of the machine that is new enough to tell");
    return reply;
  }

  static std::string ready_json(bool ready, std::optional<Clock::duration> age) {
    std::string out;
    report::JsonWriter json(out);
    json.begin_object();
    json.key("ready");
    json.boolean(ready);
    if (age) {
      json.key("age_seconds");
      json.number(
          static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(*age).count()));
    }
    json.end_object();
    return out + "\n";
  }

  void accept() {
    acceptor_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const Error& error) {
      if (error || stopping_) return;
      for (int i = 0; i < kAcceptedAtOnce; ++i) {
        const int accepted = ::accept(acceptor_.native_handle(), nullptr, nullptr);
        if (accepted >= 0) {
          welcome(accepted);
          continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) break;
        if (errno == EINTR || errno == ECONNABORTED) continue;
        drop_oldest();
        return accept_later();
      }
      accept();
    });
  }

  void accept_later() {
    pause_.expires_after(kAcceptAgain);
    pause_.async_wait([this](const Error& error) {
      if (!error && !stopping_) accept();
    });
  }

  void welcome(int descriptor) {
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    const int yes = 1;
    // Without effect on a Unix socket.
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    forget_closed();
    if (connections_.size() >= most_) drop_oldest();
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &length);
    Error error;
    Connection::Socket socket(context_);
    socket.assign(asio::generic::stream_protocol(own.ss_family, 0), descriptor, error);
    if (error || connections_.size() >= most_) {
      if (error) ::close(descriptor);
      return;
    }
    connections_.push_back(Connection::make(std::move(socket), asked_, replied_));
    connections_.back()->start();
  }

  void forget_closed() {
    std::erase_if(connections_,
                  [](const auto& connection) { return connection->phase() == Phase::closed; });
  }

  /// Of those that have no whole request: the one that has been so for the longest time. Nobody can
  /// keep others out by saying nothing, or by saying it slowly.
  void drop_oldest() {
    const auto rank = [](const auto& connection) {
      const bool speechless =
          connection->phase() == Phase::idle || connection->phase() == Phase::reading;
      return std::pair(!speechless, connection->since());
    };
    const auto oldest = std::ranges::min_element(connections_, {}, rank);
    if (oldest == connections_.end() || rank(*oldest).first) return;
    (*oldest)->close();
    connections_.erase(oldest);
    ++measures_.connections_dropped;
  }

  void tick() {
    const auto now = Clock::now();
    for (const auto& connection : std::vector(connections_)) {
      if (connection->deadline() > now) continue;
      if (connection->phase() == Phase::waiting) {
        give_up_waiting(connection);
      } else {
        connection->close();
      }
    }
    forget_closed();
    if (!answers_ && !stopping_ && freshness_.ask(now).look) begin_look();
    if (stopping_ && (connections_.empty() || now >= give_up_)) return context_.stop();
    tick_.expires_after(kTick);
    tick_.async_wait([this](const Error& error) {
      if (!error) tick();
    });
  }

  void give_up_waiting(const std::shared_ptr<Connection>& connection) {
    const auto found = std::ranges::find(waiting_, connection, &Waiting::first);
    if (found == waiting_.end()) return connection->close();
    const Route route = found->second;
    waiting_.erase(found);
    connection->answer(reply_to(route));
  }

  void watch() {
    if (!settings_.watchdog || !notifier_.wanted()) return;
    const auto since = freshness_.looking_since();
    if (!since || Clock::now() - *since < kHangingLook) notifier_.alive();
    watchdog_.expires_after(*settings_.watchdog);
    watchdog_.async_wait([this](const Error& error) {
      if (!error) watch();
    });
  }

  void stop() {
    if (stopping_) return context_.stop();
    notifier_.stopping();
    stopping_ = true;
    give_up_ = Clock::now() + kLastAnswers;
    Error ignored;
    acceptor_.close(ignored);
    listener_.close();
    for (const auto& connection : connections_) {
      const Phase phase = connection->phase();
      if (phase == Phase::idle || phase == Phase::reading) connection->close();
    }
    signals_.async_wait([this](const Error& error, int) {
      if (!error) stop();
    });
    tick_.cancel();
    asio::post(context_, [this] { tick(); });
  }

  using Waiting = std::pair<std::shared_ptr<Connection>, Route>;

  const Settings& settings_;
  Notifier& notifier_;
  asio::io_context context_{1};
  asio::signal_set signals_;
  Listener listener_;
  asio::posix::stream_descriptor acceptor_;
  asio::steady_timer tick_{context_};
  asio::steady_timer watchdog_{context_};
  asio::steady_timer pause_{context_};
  const std::size_t most_ = most_connections();
  const Connection::Asked asked_ = [this](const auto& connection, const Request& request) {
    asked(connection, request);
  };
  const Connection::Replied replied_ = [this](int status) { measures_.answered(status); };
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<Waiting> waiting_;
  report::Measures measures_;
  Freshness freshness_;
  std::shared_ptr<const Answers> answers_;
  bool failing_ = false;
  bool stopping_ = false;
  Clock::time_point give_up_;
  Scanner scanner_;
};

}  // namespace

bool serve(Listener listener, const Settings& settings, const Look& look, Notifier& notifier) {
  Server server(std::move(listener), settings, look, notifier);
  return server.run();
}

}  // namespace wasession::serve

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
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "serve/desk.h"
#include "serve/http_connection.h"
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
/// Of it, for writing what is answered without the look that was waited for.
constexpr auto kLastWrites = 1s;
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

bool is_speechless(const HttpConnection& connection) {
  return connection.phase() == Phase::idle || connection.phase() == Phase::reading;
}

/// Who goes first when there are too many. Who waits for a look can't help it, and stays.
enum class Turn { speechless, slow_to_read, stays };

Turn turn_of(const HttpConnection& connection) {
  if (is_speechless(connection)) return Turn::speechless;
  return connection.phase() == Phase::waiting ? Turn::stays : Turn::slow_to_read;
}

/// What tells it to stop; not what it was made to ignore, by nohup or as a job in the background.
std::vector<int> stop_signals() {
  std::vector<int> signals = {SIGTERM};
  for (const int signal : {SIGINT, SIGHUP}) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    signals.push_back(signal);
  }
  return signals;
}

class Server {
 public:
  Server(Listener listener, const Settings& settings, const Look& look, Notifier& notifier)
      : settings_(settings),
        notifier_(notifier),
        signals_(context_),
        listener_(std::move(listener)),
        acceptor_(context_, ::fcntl(listener_.descriptor(), F_DUPFD_CLOEXEC, 0)),
        desk_(settings, look, notifier, [this](auto task) { asio::post(context_, task); }) {}

  bool run() {
    for (const int signal : stop_signals()) signals_.add(signal);
    signals_.async_wait([this](const Error& error, int) {
      if (!error) stop();
    });
    accept();
    desk_.open();
    tick();
    watch();
    context_.run();
    return desk_.stop(kLastLook);
  }

 private:
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
    if (connections_.size() >= most_) {
      ::close(descriptor);
      return;
    }
    const auto connection = HttpConnection::make(context_, descriptor, asked_, replied_);
    if (connection == nullptr) return;
    connections_.push_back(connection);
    desk_.measures().connections = connections_.size();
    connection->start();
  }

  void forget_closed() {
    std::erase_if(connections_,
                  [](const auto& connection) { return connection->phase() == Phase::closed; });
    desk_.measures().connections = connections_.size();
  }

  /// Of those that have no whole request, else of those that don't take their reply: the one that
  /// has been so for the longest time. Nobody can keep others out by saying nothing, by saying it
  /// slowly, or by not listening.
  void drop_oldest() {
    const auto rank = [](const auto& connection) {
      return std::pair(turn_of(*connection), connection->since());
    };
    const auto oldest = std::ranges::min_element(connections_, {}, rank);
    if (oldest == connections_.end() || rank(*oldest).first == Turn::stays) return;
    (*oldest)->close();
    connections_.erase(oldest);
    ++desk_.measures().connections_dropped;
  }

  void tick() {
    const auto now = Clock::now();
    for (const auto& connection : std::vector(connections_)) {
      const bool over = connection->deadline() <= now;
      if (connection->phase() == Phase::waiting) {
        if (over || (stopping_ && now >= give_up_ - kLastWrites)) desk_.give_up_waiting(connection);
      } else if (over || (stopping_ && is_speechless(*connection))) {
        connection->close();
      }
    }
    forget_closed();
    desk_.tick();
    if (stopping_ && (connections_.empty() || now >= give_up_)) return context_.stop();
    tick_.expires_after(kTick);
    tick_.async_wait([this](const Error& error) {
      if (!error) tick();
    });
  }

  void watch() {
    if (!settings_.watchdog || !notifier_.wanted()) return;
    if (desk_.looking_for().value_or(0s) < kHangingLook) notifier_.alive();
    watchdog_.expires_after(*settings_.watchdog);
    watchdog_.async_wait([this](const Error& error) {
      if (!error) watch();
    });
  }

  void stop() {
    if (stopping_) return context_.stop();
    notifier_.stopping();
    stopping_ = true;
    desk_.close();
    give_up_ = Clock::now() + kLastAnswers;
    Error ignored;
    acceptor_.close(ignored);
    listener_.close();
    signals_.async_wait([this](const Error& error, int) {
      if (!error) stop();
    });
    tick_.cancel();
    asio::post(context_, [this] { tick(); });
  }

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
  const HttpConnection::Asked asked_ = [this](const auto& connection, const Request& request) {
    desk_.asked(connection, request);
  };
  const HttpConnection::Replied replied_ = [this](int status) { desk_.replied(status); };
  std::vector<std::shared_ptr<HttpConnection>> connections_;
  bool stopping_ = false;
  Clock::time_point give_up_;
  Desk desk_;
};

}  // namespace

bool serve(Listener listener, const Settings& settings, const Look& look, Notifier& notifier) {
  Server server(std::move(listener), settings, look, notifier);
  return server.run();
}

}  // namespace wasession::serve

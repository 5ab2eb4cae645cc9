/// Who asks what, and what is answered: keeps the answers, decides when to look again, and lets
/// requests wait for that. Knows connections, but no socket.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "report/metrics.h"
#include "serve/http_connection.h"
#include "serve/scanner.h"
#include "serve/serve.h"

namespace wasession::serve {

/// All of it belongs to the thread that serves.
class Desk {
 public:
  /// Runs something later on the thread that serves; called from any thread.
  using Post = std::function<void(std::function<void()>)>;

  Desk(const Settings& settings, const Look& look, Notifier& notifier, Post post);

  /// Looks for the first time; when that has succeeded, systemd is told.
  void open() { begin_look(); }
  /// Answers at once, or when the look is over.
  void asked(const std::shared_ptr<HttpConnection>& connection, const Request& request);
  void replied(int status) { measures_.answered(status); }
  /// To be called a few times a second: a first look that failed is tried again.
  void tick();
  /// The connection has waited for as long as it may: it gets what there is.
  void give_up_waiting(const std::shared_ptr<HttpConnection>& connection);
  /// From now on every reply is the last one of its connection.
  void close() { closing_ = true; }
  /// False when a look is still going on after `patience`.
  bool stop(std::chrono::milliseconds patience) { return scanner_.stop(patience); }

  /// For how long a look has been going on.
  std::optional<Clock::duration> looking_for() const;
  report::Measures& measures() { return measures_; }

 private:
  using Waiting = std::pair<std::shared_ptr<HttpConnection>, Route>;

  void begin_look();
  void looked(const Scanner::Result& result);
  Reply reply_to(Route route);

  const Settings& settings_;
  Notifier& notifier_;
  Freshness freshness_;
  report::Measures measures_;
  std::shared_ptr<const Answers> answers_;
  std::vector<Waiting> waiting_;
  bool failing_ = false;
  bool closing_ = false;
  Scanner scanner_;
};

}  // namespace wasession::serve

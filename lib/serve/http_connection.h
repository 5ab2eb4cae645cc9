/// One client's connection: reads requests and writes replies, one after the other. Never blocks,
/// and owes nobody anything: every phase has its deadline, heads and bodies are bounded.
///
/// Beast, which takes long to compile, is in http_connection.cpp only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "serve/freshness.h"
#include "serve/routes.h"

namespace boost::asio {
class io_context;
}

namespace wasession::serve {

inline constexpr std::string_view kJsonType = "application/json";

struct Reply {
  int status = 200;
  std::string_view type = kJsonType;
  std::string headers;                      ///< more of them, whole lines
  std::shared_ptr<const std::string> body;  ///< shared with other connections
  std::string tail;                         ///< follows the body
  bool last = false;                        ///< the connection is closed after it
};

/// idle: between requests. reading: a request has begun. waiting: it was read whole, and answer()
/// is due. writing: the reply. ending: what the client still sends is thrown away, so that the
/// kernel doesn't throw the reply away.
enum class Phase { idle, reading, waiting, writing, ending, closed };

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  /// A request was read; views live until answer(). Must lead to one answer().
  using Asked = std::function<void(const std::shared_ptr<HttpConnection>&, const Request&)>;
  /// Status of each reply that was begun, also of those that no `asked` came before.
  using Replied = std::function<void(int status)>;

  /// Takes over the descriptor, of whatever family; null when that fails. `asked` and `replied`
  /// must outlive it.
  static std::shared_ptr<HttpConnection> make(boost::asio::io_context& context, int descriptor,
                                              const Asked& asked, const Replied& replied);
  virtual ~HttpConnection() = default;
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  virtual void start() = 0;
  virtual void answer(Reply reply) = 0;
  virtual void close() = 0;

  Phase phase() const { return phase_; }
  Clock::time_point since() const { return since_; }
  Clock::time_point deadline() const { return deadline_; }

 protected:
  HttpConnection() = default;
  void enter(Phase phase, Clock::duration limit);

 private:
  Phase phase_ = Phase::idle;
  Clock::time_point since_;
  Clock::time_point deadline_;
};

}  // namespace wasession::serve

#include "serve/http_connection.h"

#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wasession::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using namespace std::chrono_literals;
using Error = boost::system::error_code;
using Socket = asio::generic::stream_protocol::socket;

/// A scraper that comes once a minute keeps its connection.
constexpr auto kIdle = 75s;
/// For the whole head and body, however slowly they drip.
constexpr auto kRead = 3s;
/// For a look at the machine: Prometheus gives up after 10 s.
constexpr auto kWait = 8s;
constexpr auto kWrite = 20s;
constexpr auto kEnd = 1s;

constexpr std::uint32_t kLargestHead = 16 * 1024;
constexpr std::uint64_t kLargestBody = 16 * 1024;
constexpr std::size_t kFirstPiece = 4 * 1024;
constexpr std::size_t kMostBuffered = 64 * 1024;
constexpr std::size_t kMostThrownAway = 1024 * 1024;

std::string_view view(boost::string_view text) {
  return {text.data(), text.size()};
}

class BeastConnection final : public HttpConnection {
 public:
  BeastConnection(Socket socket, const Asked& asked, const Replied& replied)
      : socket_(std::move(socket)), asked_(asked), replied_(replied), buffer_(kMostBuffered) {}

  void start() override { await_request(); }

  void close() override {
    if (phase() == Phase::closed) return;
    enter(Phase::closed, kEnd);
    Error ignored;
    // Also what a child process was just born with.
    socket_.shutdown(Socket::shutdown_both, ignored);
    socket_.close(ignored);
  }

  void answer(Reply reply) override {
    if (phase() != Phase::waiting) return;
    const bool head_only = parser_->get().method() == http::verb::head;
    reply.last = reply.last || !parser_->get().keep_alive();
    write(std::move(reply), head_only);
  }

 private:
  std::shared_ptr<BeastConnection> self() {
    return std::static_pointer_cast<BeastConnection>(shared_from_this());
  }

  void await_request() {
    parser_.emplace();
    parser_->header_limit(kLargestHead);
    parser_->body_limit(kLargestBody);
    if (buffer_.size() > 0) return read_request();
    enter(Phase::idle, kIdle);
    socket_.async_read_some(buffer_.prepare(kFirstPiece),
                            [self = self()](const Error& error, std::size_t count) {
                              if (error) return self->close();
                              self->buffer_.commit(count);
                              self->read_request();
                            });
  }

  void read_request() {
    enter(Phase::reading, kRead);
    http::async_read(socket_, buffer_, *parser_,
                     [self = self()](const Error& error, std::size_t) { self->was_read(error); });
  }

  void was_read(const Error& error) {
    if (phase() == Phase::closed) return;
    if (error) return refuse(error);
    enter(Phase::waiting, kWait);
    const auto& message = parser_->get();
    Request request;
    request.method = view(message.method_string());
    request.target = view(message.target());
    if (message.count(http::field::host) == 1) request.host = view(message[http::field::host]);
    request.authorization = view(message[http::field::authorization]);
    request.version = message.version();
    asked_(shared_from_this(), request);
  }

  /// What is no request gets one short reply, and nothing after it is looked at.
  void refuse(const Error& error) {
    if (error == http::error::end_of_stream ||
        error.category() != make_error_code(http::error::end_of_stream).category()) {
      return close();
    }
    Reply reply;
    reply.last = true;
    std::string_view what = "this is no HTTP request";
    reply.status = 400;
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      reply.status = 431;
      what = "the head of the request is longer than 16 KiB";
    } else if (error == http::error::body_limit) {
      reply.status = 413;
      what = "no request has a body here";
    }
    reply.tail = error_json(what);
    write(std::move(reply), false);
  }

  void write(Reply reply, bool head_only) {
    enter(Phase::writing, kWrite);
    replied_(reply.status);
    reply_ = std::move(reply);
    const std::size_t size = (reply_.body ? reply_.body->size() : 0) + reply_.tail.size();
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    head_ = fmt::format(
        "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S GMT}\r\nContent-Type: {}\r\n"
        "Content-Length: {}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        "Connection: {}\r\n{}\r\n",
        reply_.status, view(http::obsolete_reason(static_cast<http::status>(reply_.status))),
        fmt::gmtime(std::chrono::system_clock::to_time_t(now)), reply_.type, size,
        reply_.last ? "close" : "keep-alive", reply_.headers);
    std::array<asio::const_buffer, 3> pieces = {asio::buffer(head_), asio::const_buffer(),
                                                asio::const_buffer()};
    if (!head_only) {
      if (reply_.body) pieces[1] = asio::buffer(*reply_.body);
      pieces[2] = asio::buffer(reply_.tail);
    }
    asio::async_write(socket_, pieces, [self = self()](const Error& error, std::size_t) {
      self->was_written(error);
    });
  }

  void was_written(const Error& error) {
    if (phase() == Phase::closed) return;
    const bool last = std::exchange(reply_, {}).last;
    if (error) return close();
    if (!last) return await_request();
    Error ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    enter(Phase::ending, kEnd);
    throw_away(0);
  }

  void throw_away(std::size_t before) {
    buffer_.clear();
    socket_.async_read_some(buffer_.prepare(kFirstPiece),
                            [self = self(), before](const Error& error, std::size_t count) {
                              const std::size_t total = before + count;
                              if (error || total > kMostThrownAway) return self->close();
                              self->throw_away(total);
                            });
  }

  Socket socket_;
  const Asked& asked_;
  const Replied& replied_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Reply reply_;
  std::string head_;
};

}  // namespace

void HttpConnection::enter(Phase phase, Clock::duration limit) {
  phase_ = phase;
  since_ = Clock::now();
  deadline_ = since_ + limit;
}

std::shared_ptr<HttpConnection> HttpConnection::make(asio::io_context& context, int descriptor,
                                                     const Asked& asked, const Replied& replied) {
  sockaddr_storage own{};
  socklen_t length = sizeof own;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &length);
  Socket socket(context);
  Error error;
  socket.assign(asio::generic::stream_protocol(own.ss_family, 0), descriptor, error);
  if (error) {
    ::close(descriptor);
    return nullptr;
  }
  return std::make_shared<BeastConnection>(std::move(socket), asked, replied);
}

}  // namespace wasession::serve

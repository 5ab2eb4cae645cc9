#include "serve/desk.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "report/json_writer.h"
#include "serve/lately.h"

namespace wasession::serve {
namespace {

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

Reply unknown(Reply reply) {
  reply.status = 503;
  reply.tail = error_json("there is no observation of the machine that is new enough to tell");
  return reply;
}

std::uint64_t whole_seconds(Clock::duration time) {
  return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(time).count());
}

std::string ready_json(bool ready, std::optional<Clock::duration> age) {
  std::string out;
  report::JsonWriter json(out);
  json.begin_object();
  json.key("ready");
  json.boolean(ready);
  if (age) {
    json.key("age_seconds");
    json.number(whole_seconds(*age));
  }
  json.end_object();
  return out + "\n";
}

}  // namespace

Desk::Desk(const Settings& settings, const Look& look, Notifier& notifier, Post post)
    : settings_(settings),
      notifier_(notifier),
      freshness_(settings.limits),
      scanner_([work = std::make_shared<Work>(look, settings.rendering)] { return work->scan(); },
               [this, post = std::move(post)](const Scanner::Result& result) {
                 post([this, result] { looked(result); });
               }) {}

void Desk::begin_look() {
  freshness_.began(Clock::now());
  scanner_.begin();
}

void Desk::looked(const Scanner::Result& result) {
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

void Desk::asked(const std::shared_ptr<HttpConnection>& connection, const Request& request) {
  Routed routed = serve::route(request, settings_.rules);
  if (routed.status != 200) {
    Reply reply;
    reply.status = routed.status;
    reply.headers = routed.header;
    reply.tail = std::move(routed.body);
    reply.last = closing_;
    return connection->answer(std::move(reply));
  }
  const Freshness::Decision decision =
      routed.route == Route::index ? Freshness::Decision{} : freshness_.ask(Clock::now());
  if (decision.look && !closing_) begin_look();
  // Who asks whether there is a first observation wants to hear that there is none.
  const bool wait =
      decision.wait && freshness_.looking() && (answers_ || routed.route != Route::ready);
  if (!wait) return connection->answer(reply_to(routed.route));
  waiting_.emplace_back(connection, routed.route);
}

Reply Desk::reply_to(Route route) {
  Reply reply;
  reply.last = closing_;
  const auto age = freshness_.age(Clock::now());
  if (age) {
    reply.headers = fmt::format("Age: {}\r\n", whole_seconds(*age));
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

void Desk::give_up_waiting(const std::shared_ptr<HttpConnection>& connection) {
  const auto found = std::ranges::find(waiting_, connection, &Waiting::first);
  if (found == waiting_.end()) return connection->close();
  const Route route = found->second;
  waiting_.erase(found);
  connection->answer(reply_to(route));
}

void Desk::tick() {
  if (!answers_ && !closing_ && freshness_.ask(Clock::now()).look) begin_look();
}

std::optional<Clock::duration> Desk::looking_for() const {
  const auto since = freshness_.looking_since();
  if (!since) return std::nullopt;
  return Clock::now() - *since;
}

}  // namespace wasession::serve

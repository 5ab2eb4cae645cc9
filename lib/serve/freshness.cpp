#include "serve/freshness.h"

namespace wasession::serve {

Freshness::Decision Freshness::ask(Clock::time_point now) const {
  const auto old = age(now);
  if (old && *old <= limits_.fresh) return {};
  Decision decision;
  decision.look = may_look(now);
  decision.wait = (decision.look || looking()) && (!old || *old > limits_.stale());
  return decision;
}

bool Freshness::may_look(Clock::time_point now) const {
  return !looking() && (!ended_ || now - *ended_ >= limits_.fresh);
}

void Freshness::began(Clock::time_point now) {
  looking_since_ = now;
}

void Freshness::succeeded(Clock::time_point now) {
  taken_ = looking_since_;
  failed(now);
}

void Freshness::failed(Clock::time_point now) {
  looking_since_.reset();
  ended_ = now;
}

std::optional<Clock::duration> Freshness::age(Clock::time_point now) const {
  if (!taken_) return std::nullopt;
  return now - *taken_;
}

bool Freshness::vouched(Clock::time_point now) const {
  const auto old = age(now);
  return old && *old <= limits_.too_old();
}

}  // namespace wasession::serve

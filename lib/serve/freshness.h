/// When the machine is looked at again, and who waits for that: the policy, without clock, thread
/// or socket.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace wasession::serve {

using Clock = std::chrono::steady_clock;

struct Limits {
  /// Younger answers cost nothing: a flood of requests costs one look in this time.
  std::chrono::milliseconds fresh{5'000};

  /// Older ones are not given to anybody who can have a newer one by waiting.
  std::chrono::milliseconds stale() const { return 2 * fresh; }
  /// From then on nothing is vouched for: /healthz and /readyz say no.
  std::chrono::milliseconds too_old() const {
    return std::max<std::chrono::milliseconds>(12 * fresh, std::chrono::seconds(60));
  }
};

class Freshness {
 public:
  explicit Freshness(Limits limits) : limits_(limits) {}

  /// What a request at `now` leads to.
  struct Decision {
    bool look = false;  ///< begin a look
    bool wait = false;  ///< for the look that goes on, or that begins
  };
  Decision ask(Clock::time_point now) const;

  /// A look began, and how it ended. Looks do not overlap.
  void began(Clock::time_point now);
  void succeeded(Clock::time_point now);
  void failed(Clock::time_point now);

  bool looking() const { return looking_since_.has_value(); }
  std::optional<Clock::time_point> looking_since() const { return looking_since_; }

  /// Since the look began that the newest answers come from; nothing before the first good one.
  std::optional<Clock::duration> age(Clock::time_point now) const;

  /// There are answers, and they are not too old.
  bool vouched(Clock::time_point now) const;

 private:
  /// A slow look takes at most half of the time, and a failing one is not tried again at once.
  bool may_look(Clock::time_point now) const;

  Limits limits_;
  std::optional<Clock::time_point> looking_since_;
  std::optional<Clock::time_point> ended_;
  std::optional<Clock::time_point> taken_;
};

}  // namespace wasession::serve

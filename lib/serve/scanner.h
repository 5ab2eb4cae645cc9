/// Looks at the machine on a thread of its own, so that requests are answered meanwhile.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "serve/answers.h"
#include "serve/freshness.h"

namespace wasession::serve {

class Scanner {
 public:
  struct Result {
    std::shared_ptr<const Answers> answers;  ///< null when it failed
    std::string failure;
    Clock::duration took{};
  };
  /// May throw, which is a failure. One call at a time, always on the scanner's thread.
  using Scan = std::function<Answers()>;
  /// Called on the scanner's thread.
  using Done = std::function<void(Result)>;

  Scanner(Scan scan, Done done);
  ~Scanner();
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  /// Begins a scan; does nothing while one goes on.
  void begin();

  /// Calls `done` no more, and waits for the thread to end. False when a scan takes longer than
  /// `patience`: the thread goes on by itself, and what `scan` uses must live as long as the
  /// process.
  bool stop(std::chrono::milliseconds patience);

 private:
  struct State;
  static void run(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace wasession::serve

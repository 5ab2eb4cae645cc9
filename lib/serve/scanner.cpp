#include "serve/scanner.h"

#include <condition_variable>
#include <csignal>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace wasession::serve {
namespace {

Scanner::Result scan_once(const Scanner::Scan& scan) {
  Scanner::Result result;
  const auto begin = Clock::now();
  try {
    result.answers = std::make_shared<const Answers>(scan());
  } catch (const std::exception& error) {
    result.failure = error.what();
  } catch (...) {
    result.failure = "it failed, and did not say why";
  }
  result.took = Clock::now() - begin;
  return result;
}

/// While one lives, threads that are started get no signals: one that interrupts a system call
/// would make a scan fail.
class WithoutSignals {
 public:
  WithoutSignals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~WithoutSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  WithoutSignals(const WithoutSignals&) = delete;
  WithoutSignals& operator=(const WithoutSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

struct Scanner::State {
  Scan scan;
  Done done;
  std::mutex mutex;
  std::condition_variable changed;
  bool wanted = false;
  bool ending = false;
  bool ended = false;
  std::thread thread;
};

Scanner::Scanner(Scan scan, Done done) : state_(std::make_shared<State>()) {
  state_->scan = std::move(scan);
  state_->done = std::move(done);
  const WithoutSignals quiet;
  state_->thread = std::thread([state = state_] { run(state); });
}

Scanner::~Scanner() {
  stop(std::chrono::milliseconds::zero());
}

void Scanner::run(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  while (true) {
    state->changed.wait(lock, [&] { return state->wanted || state->ending; });
    if (state->ending) break;
    lock.unlock();
    Result result = scan_once(state->scan);
    lock.lock();
    state->wanted = false;
    if (!state->ending) state->done(std::move(result));
  }
  state->ended = true;
  state->changed.notify_all();
}

void Scanner::begin() {
  const std::lock_guard lock(state_->mutex);
  state_->wanted = true;
  state_->changed.notify_all();
}

bool Scanner::stop(std::chrono::milliseconds patience) {
  std::unique_lock lock(state_->mutex);
  state_->ending = true;
  state_->changed.notify_all();
  const bool ended = state_->changed.wait_for(lock, patience, [&] { return state_->ended; });
  lock.unlock();
  if (!state_->thread.joinable()) return ended;
  if (ended) {
    state_->thread.join();
  } else {
    state_->thread.detach();
  }
  return ended;
}

}  // namespace wasession::serve

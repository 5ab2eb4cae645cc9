#include "progress_line.h"

#include <chrono>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "report/escape.h"
#include "terminal.h"

namespace wasession::cmd {
namespace {

void write_to_terminal(const std::string& text) {
  // Nothing depends on this line; a terminal that is gone is no reason to stop.
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

ProgressLine::ProgressLine(const observe::Progress& progress, bool wanted) : progress_(progress) {
  if (!wanted || !is_terminal(STDERR_FILENO)) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    // No thread to be had: the look goes on without its line.
  }
}

ProgressLine::~ProgressLine() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void ProgressLine::run() {
  using namespace std::chrono_literals;
  std::unique_lock lock(mutex_);
  const auto ended = [this] { return end_; };
  if (ended_.wait_for(lock, 500ms, ended)) return;
  do {
    write_to_terminal(fmt::format("\r\x1b[Klooking… {} directories searched, {} stores read",
                                  progress_.directories_searched.load(),
                                  progress_.stores_read.load()));
  } while (!ended_.wait_for(lock, 200ms, ended));
  write_to_terminal("\r\x1b[K");
}

WaitLine::WaitLine(bool wanted) : wanted_(wanted && is_terminal(STDERR_FILENO)) {}

WaitLine::~WaitLine() {
  if (shown_) write_to_terminal("\r\x1b[K");
}

void WaitLine::show(const std::string& what, std::chrono::milliseconds waited,
                    std::chrono::milliseconds limit) {
  using std::chrono::seconds;
  if (!wanted_ || waited < std::chrono::milliseconds(500)) return;
  shown_ = true;
  write_to_terminal(fmt::format("\r\x1b[K{}… {} of at most {} s", report::printable(what),
                                std::chrono::floor<seconds>(waited).count(),
                                std::chrono::ceil<seconds>(limit).count()));
}

}  // namespace wasession::cmd

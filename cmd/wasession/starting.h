/// What `run` does before it becomes the command: claims the account, looks who uses it, waits or
/// takes over as it was told, and locks rivals out.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "lease/lease.h"
#include "model/start.h"
#include "options.h"

namespace wasession::cmd {

struct RunOptions {
  std::vector<std::string> selectors;
  std::string account;  ///< digits
  double wait = 0;      ///< seconds
  bool take_over = false;
  bool per_device = false;
  std::vector<std::string> command;
  std::vector<std::string> misplaced;  ///< words that stand before --, and are no options
};

class Starting {
 public:
  Starting(const GlobalOptions& global, const RunOptions& options, lease::Leases& leases);

  /// Returns nothing when the command may start, with all locks taken. Else the exit status; why
  /// has been said.
  std::optional<int> prepare();

 private:
  using Clock = std::chrono::steady_clock;

  /// One look, and what follows from it. Nothing: look again.
  enum class Step { ready, again, refused };
  struct Result {
    Step step = Step::ready;
    int status = 0;
  };

  Result try_once();
  std::optional<std::vector<std::size_t>> named_sessions();
  Result claim(const std::vector<Claim>& claims);
  lease::Attempt wait_for(const Claim& wanted);
  void announce(const std::string& refusal);
  std::optional<Process> holder_of(const Claim& claim, const std::optional<LeaseRecord>& record);
  Result face_rivals();
  Result lock_rivals_out();
  static Result cannot(const std::string& why);
  /// Somebody is in the way: waits for it, or takes over, or refuses with `text`.
  Result refuse(const std::string& text, const std::vector<int>& pids);
  bool take_over(const std::vector<int>& pids);
  void wait_until_one_ends(const std::vector<int>& pids) const;
  std::chrono::milliseconds time_left() const;
  void print_late_warnings() const;
  void note_unknown_account() const;
  void write_record();

  const GlobalOptions& global_;
  const RunOptions& options_;
  lease::Leases& leases_;
  Clock::time_point deadline_;
  bool took_over_ = false;
  bool announced_ = false;
  Look look_;
  Start start_;
  std::vector<Warning> warnings_;  ///< of locks
};

}  // namespace wasession::cmd

/// Ctrl-C, a closed terminal and SIGTERM, while something is done that must not end half-way.
#pragma once

#include <csignal>

namespace wasession::cmd {

/// While one lives, such a signal only sets the flag; afterwards it ends the program again. One at
/// a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  static const volatile std::sig_atomic_t* flag();

 private:
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
  struct sigaction hang_up_ {};
  struct sigaction pipe_ {};
};

}  // namespace wasession::cmd

#include "interruption.h"

namespace wasession::cmd {
namespace {

volatile std::sig_atomic_t interrupted = 0;

}  // namespace

Interruption::Interruption() {
  interrupted = 0;
  struct sigaction stop {};
  stop.sa_handler = [](int) { interrupted = 1; };
  ::sigaction(SIGINT, &stop, &interrupt_);
  ::sigaction(SIGTERM, &stop, &terminate_);
  ::sigaction(SIGHUP, &stop, &hang_up_);
  // A reader that went away must not end it half-way either.
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &pipe_);
}

Interruption::~Interruption() {
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
  ::sigaction(SIGHUP, &hang_up_, nullptr);
  ::sigaction(SIGPIPE, &pipe_, nullptr);
}

const volatile std::sig_atomic_t* Interruption::flag() {
  return &interrupted;
}

}  // namespace wasession::cmd

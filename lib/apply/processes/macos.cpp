#include <cerrno>
#include <csignal>

#include "apply/processes.h"

namespace wasession::apply {

/// Whether a pid was reused is not told here: a process that has it counts as the same one.
bool has_ended(const ProcessIdentity& process) {
  return ::kill(process.pid, 0) != 0 && errno == ESRCH;
}

}  // namespace wasession::apply

/// Leases of this very process, and processes as a walk would have read them.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "model/lease.h"
#include "observe/files/descriptor.h"
#include "observe/holders/leases.h"
#include "observe/processes/processes.h"
#include "support/temporary_directory.h"

namespace wasession::test {

/// This process.
inline ProcessIdentity self() {
  const auto process = observe::process_with(::getpid());
  if (!process) throw std::runtime_error("this process can't be seen");
  return process->identity;
}

/// Nobody has this pid: it is above the kernel's largest.
inline constexpr ProcessIdentity kSomebodyElse{5'000'001, 77};

inline LeaseRecord record_of(const ProcessIdentity& process, std::vector<std::string> stores = {},
                             std::vector<std::string> guards = {}) {
  LeaseRecord record;
  record.claim = {"15550001111", ""};
  record.process = process;
  record.command = "bot";
  record.stores = std::move(stores);
  record.guards = std::move(guards);
  return record;
}

/// A file that is open and, with LOCK_EX or LOCK_SH, locked as long as this lives.
class LockedFile {
 public:
  explicit LockedFile(std::string path, int lock = LOCK_EX)
      : path_(std::move(path)), file_(::open(path_.c_str(), O_RDWR | O_CLOEXEC)) {
    if (!file_ || (lock != LOCK_UN && ::flock(file_.get(), lock | LOCK_NB) != 0)) {
      throw std::runtime_error("can't lock " + path_);
    }
  }
  observe::OpenFile seen() const { return {file_.get(), path_}; }

 private:
  std::string path_;
  observe::Descriptor file_;
};

/// This process, as if it had nothing else open.
inline observe::ProcessReading reading_with(std::vector<observe::OpenFile> files) {
  observe::ProcessReading reading;
  reading.pid = ::getpid();
  reading.executable = "/opt/bot";
  reading.working_directory = "/";
  reading.files = std::move(files);
  return reading;
}

}  // namespace wasession::test

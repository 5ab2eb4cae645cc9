/// An auth directory of OpenClaw, and the lock beside it.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "observe/places/openclaw_locks.h"
#include "unit/lease/support.h"

namespace wasession::test {

inline void make_old(const std::string& path) {
  std::filesystem::last_write_time(
      path, std::filesystem::file_time_type::clock::now() - std::chrono::minutes(6));
}

struct Auth {
  LeaseFolder folder;
  std::string directory = folder.root.make_directory("whatsapp/biz");
  std::string lock = directory + ".lock";
  std::vector<Warning> warnings;

  void write(const std::string& text) const { folder.root.write_file("whatsapp/biz.lock", text); }

  lease::Attempt attempt(lease::Leases& leases) {
    return leases.take({Tool::openclaw, lock, 0}, warnings);
  }
  std::string take(lease::Leases& leases) { return words(attempt(leases)); }

  /// True when a gateway would find this owner in it.
  bool names(const ProcessIdentity& owner) const {
    const auto read = observe::openclaw::read_connection_lock(lock);
    return read && ProcessIdentity{read->pid, read->start} == owner;
  }

  /// How much lies beside the auth directory, itself counted.
  std::size_t entries() const { return entries_in(folder.root.path("whatsapp")); }
};

}  // namespace wasession::test

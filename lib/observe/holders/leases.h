/// The leases of `wasession run` that a process has: files that it has open and locked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/lease.h"
#include "observe/environment.h"
#include "observe/files/files.h"
#include "observe/processes/processes.h"

namespace wasession::observe {

struct HeldLease {
  LeaseRecord record;
  std::string path;  ///< of the lease file, as the process sees it
  int descriptor = -1;
  /// The process is the one that took it; else it inherited it from that one.
  bool own = false;
};

/// Where this user's leases are; empty when there is no home to keep them in.
std::string lease_directory(const Environment& environment);

/// What stands in a lease file, whether its process lives or not; nothing for one without a whole
/// record.
std::optional<LeaseRecord> read_lease_record(const std::string& path, Links links);

/// The records of all files in a lease directory.
std::vector<LeaseRecord> recorded_leases(const std::string& directory);

/// `start` is that of the process, as in ProcessIdentity.
std::vector<HeldLease> leases_of(const ProcessReading& reading, std::uint64_t start);

/// True when it could have one, going by the names of its files alone.
bool may_have_lease(const ProcessReading& reading);

/// True when one of the leases keeps the lock at this path only so that nobody else takes it.
bool is_guard(const std::vector<HeldLease>& leases, std::string_view lock);

}  // namespace wasession::observe

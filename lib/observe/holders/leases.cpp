#include "observe/holders/leases.h"

#include <algorithm>

#include <fmt/format.h>

#include "observe/files/files.h"
#include "observe/holders/evidence.h"
#include "registry/registry.h"

namespace wasession::observe {
namespace {

constexpr std::size_t kLargestRecord = std::size_t{64} << 10;
constexpr std::size_t kMostRecords = 10'000;

bool is_lease_path(std::string_view path) {
  if (!path.ends_with(kLeaseSuffix)) return false;
  const std::string_view folder = parent_path(path);
  return base_name(folder) == kLeaseFolder && base_name(parent_path(folder)) == kStateFolder;
}

/// In a container the pid is another one; the start time is the same.
bool is_named_by(const LeaseRecord& record, const ProcessReading& reading, std::uint64_t start) {
  const bool other_tree = reading.mount_namespace != 0;
  return record.process.start == start && (other_tree || record.process.pid == reading.pid);
}

}  // namespace

std::string lease_directory(const Environment& environment) {
  const std::string registry = registry::default_registry_path(
      environment.get("XDG_STATE_HOME"), environment.home, environment.platform == Platform::macos);
  return registry.empty() ? "" : join(parent_path(registry), kLeaseFolder);
}

std::optional<LeaseRecord> read_lease_record(const std::string& path, Links links) {
  SecretBuffer buffer;
  return parse_lease(read_file(path, kLargestRecord, buffer, links).bytes);
}

std::vector<LeaseRecord> recorded_leases(const std::string& directory) {
  std::vector<LeaseRecord> records;
  for_each_entry(directory, [&](const DirectoryEntry& entry) {
    if (!entry.name.ends_with(kLeaseSuffix)) return true;
    auto record = read_lease_record(join(directory, entry.name), Links::show);
    if (record) records.push_back(std::move(*record));
    return records.size() < kMostRecords;
  });
  return records;
}

bool may_have_lease(const ProcessReading& reading) {
  return std::ranges::any_of(reading.files, [](const OpenFile& file) {
    return !file.deleted && is_lease_path(file.path);
  });
}

std::vector<HeldLease> leases_of(const ProcessReading& reading, std::uint64_t start) {
  std::vector<HeldLease> leases;
  for (const OpenFile& file : reading.files) {
    if (file.deleted || !is_lease_path(file.path) || !holds_flock(reading, file)) continue;
    auto record = read_lease_record(path_from_here(reading, file.path), Links::follow);
    if (!record) continue;
    const bool own = is_named_by(*record, reading, start);
    leases.push_back({std::move(*record), file.path, file.descriptor, own});
  }
  return leases;
}

bool is_guard(const std::vector<HeldLease>& leases, std::string_view lock) {
  return std::ranges::any_of(leases, [&](const HeldLease& lease) {
    return std::ranges::find(lease.record.guards, lock) != lease.record.guards.end();
  });
}

void lease(const Witness& witness, std::vector<Tie>& ties) {
  // OpenClaw 2026.9 locks what it uses, and lives on without an account that was stopped.
  const bool tells_itself =
      std::ranges::any_of(witness.gateway_locks, &openclaw::GatewayLock::locks_credentials);
  for (const HeldLease& held : witness.leases) {
    // A helper that inherited the descriptor and is connected to nothing uses no credential.
    const bool uses = !tells_itself && (held.own || witness.connections > 0);
    const std::string how = held.own ? "has the lease of" : "inherited the lease of";
    for (const std::string& path : held.record.stores) {
      const IndexedStore* const store = witness.stores.at(witness.reading, path);
      if (store == nullptr) continue;
      ties.push_back({witness.stores.position(*store),
                      {EvidenceKind::lease, uses ? Strength::certain : Strength::possible,
                       fmt::format("{} {} (wasession run, descriptor {})", how,
                                   held.record.claim.account, held.descriptor)}});
    }
  }
}

}  // namespace wasession::observe

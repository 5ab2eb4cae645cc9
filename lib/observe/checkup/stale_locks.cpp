#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "observe/checkup/parts.h"
#include "observe/files/files.h"
#include "observe/holders/gateway_locks.h"
#include "observe/holders/leases.h"
#include "observe/places/openclaw_locks.h"
#include "observe/places/openclaw_paths.h"
#include "observe/processes/processes.h"

namespace wasession::observe::checkup {
namespace {

using openclaw::LockFile;

/// Where container engines keep the file trees and volumes of containers: the pids in a lock there
/// are numbers of another pid namespace.
constexpr std::array<std::string_view, 10> kContainerTrees{"/proc/",
                                                           "/run/containerd/",
                                                           "/var/lib/containerd/",
                                                           "/var/lib/containers/",
                                                           "/var/lib/docker/",
                                                           "/var/lib/kubelet/",
                                                           "/var/lib/lxc/",
                                                           "/var/lib/machines/",
                                                           "/.local/share/containers/",
                                                           "/.local/share/docker/"};

bool in_container_tree(const std::string& path) {
  return std::ranges::any_of(kContainerTrees, [&](std::string_view tree) {
    const bool below_home = tree.starts_with("/.");
    return below_home ? path.find(tree) != std::string::npos : path.starts_with(tree);
  });
}

/// The lock files that processes have open, whatever they call them: OpenClaw keeps the descriptor
/// of a lock for as long as it holds it.
std::set<FileIdentity> open_locks(const ProcessTable& table) {
  std::set<FileIdentity> identities;
  for (const ProcessReading& process : table.processes) {
    for (const OpenFile& file : process.files) {
      if (!file.path.ends_with(openclaw::kLockSuffix)) continue;
      const FileFacts facts = facts_of(
          "/proc/" + std::to_string(process.pid) + "/fd/" + std::to_string(file.descriptor),
          Links::follow);
      if (facts.kind == FileKind::regular) identities.insert(facts.identity);
    }
  }
  return identities;
}

/// True when the process that a lock names is proven to have ended: nobody has its pid, or a zombie
/// (OpenClaw counts it as dead), or one that started at another time.
bool has_ended(const ProcessIdentity& owner) {
  const auto process = process_with(owner.pid);
  // A /proc that hides other users' processes still leaves the kernel's answer.
  if (!process) return ::kill(owner.pid, 0) != 0 && errno == ESRCH;
  if (process->zombie) return true;
  return owner.start != 0 && owner.start != process->identity.start;
}

class StaleLocks {
 public:
  StaleLocks(Snapshot& snapshot, const ProcessTable& table, std::string lease_directory)
      : snapshot_(snapshot),
        open_(open_locks(table)),
        lease_directory_(std::move(lease_directory)) {}

  void look_at_gateway_lock(const std::string& found_at) {
    // /tmp may itself be a link; openclaw-<uid> in it may be anybody's, and is not followed.
    const std::string directory(parent_path(found_at));
    if (facts_of(directory).kind != FileKind::directory) return;
    const std::string path = join(resolve(directory), base_name(found_at));
    if (!seen_.insert(path).second || !openclaw::read_gateway_lock(path)) return;
    const LockFile lock = openclaw::read_lock_file(path);
    if (lock.content == LockFile::Content::owner && may_judge(path, lock)) {
      add_if_ended(path, lock, std::nullopt);
    }
  }

  void look_at_connection_lock(std::size_t session) {
    const std::string path =
        snapshot_.sessions[session].store.path + std::string(openclaw::kLockSuffix);
    if (facts_of(path).kind != FileKind::regular) return;
    const LockFile lock = openclaw::read_lock_file(path);
    if (!may_judge(path, lock)) return;
    if (lock.content == LockFile::Content::owner) add_if_ended(path, lock, session);
    if (lock.content == LockFile::Content::garbage &&
        snapshot_.taken_at - lock.facts.modified >= kSettledLock) {
      add(path, lock, session);
    }
  }

 private:
  /// Another user's process may be in a container that only root can look into.
  bool may_judge(const std::string& path, const LockFile& lock) const {
    const bool visible = user_ == 0 || lock.facts.owner == user_;
    return visible && !open_.contains(lock.facts.identity) && !in_container_tree(path);
  }

  void add_if_ended(const std::string& path, const LockFile& lock,
                    std::optional<std::size_t> session) {
    if (has_ended({lock.pid, lock.start})) add(path, lock, session);
  }

  void add(const std::string& path, const LockFile& lock, std::optional<std::size_t> session) {
    const bool blocks = lock.content == LockFile::Content::garbage;
    snapshot_.condition.stale_locks.push_back({path,
                                               lock.facts.identity,
                                               {lock.pid, lock.start},
                                               session,
                                               blocks,
                                               is_guard_of_run(path, {lock.pid, lock.start})});
  }

  bool is_guard_of_run(const std::string& path, const ProcessIdentity& owner) {
    if (!leases_) leases_ = recorded_leases(lease_directory_);
    return std::ranges::any_of(*leases_, [&](const LeaseRecord& lease) {
      return lease.process == owner && std::ranges::find(lease.guards, path) != lease.guards.end();
    });
  }

  Snapshot& snapshot_;
  std::set<FileIdentity> open_;
  std::string lease_directory_;
  std::optional<std::vector<LeaseRecord>> leases_;  ///< read when they are asked for
  std::set<std::string> seen_;
  uid_t user_ = ::geteuid();
};

/// Locks of gateways that no session and no running process leads to.
std::vector<std::string> own_gateway_locks(const Environment& environment) {
  std::vector<std::string> temporary;
  std::vector<std::string> states;
  if (const auto directory = environment.get("TMPDIR")) temporary.push_back(*directory);
  if (const auto directory = environment.get(openclaw::kStateVariable)) {
    states.push_back(*directory);
  }
  if (!environment.home.empty()) {
    for (const std::string_view name : openclaw::kStateDirectories) {
      states.push_back(join(environment.home, name));
    }
  }
  return openclaw::gateway_lock_paths(temporary, states);
}

}  // namespace

void find_stale_locks(Snapshot& snapshot, const Environment& environment) {
  const ProcessTable table = read_processes();
  StaleLocks locks(snapshot, table, lease_directory(environment));
  for (const auto& paths : {gateway_lock_paths(table, snapshot), own_gateway_locks(environment)}) {
    for (const std::string& path : paths) locks.look_at_gateway_lock(path);
  }
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Store& store = snapshot.sessions[i].store;
    if (store.tool == Tool::openclaw && store.kind == StoreKind::baileys_directory) {
      locks.look_at_connection_lock(i);
    }
  }
}

}  // namespace wasession::observe::checkup

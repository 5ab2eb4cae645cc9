/// The room of leases: kernel locks, one for each account, and the locks of the rivals' own. It
/// writes lock files and nothing else, and signals nobody.
///
/// A lease is a `flock` on a file that is never removed. The descriptor is inherited by the command
/// that `wasession run` becomes, so the kernel frees it however that ends: exit, SIGKILL, power
/// loss. On a network file system flock is not to be trusted.
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/lease.h"
#include "model/warning.h"
#include "observe/files/descriptor.h"

namespace wasession::lease {

/// How long to wait for a lock, and what to do meanwhile.
struct Patience {
  std::chrono::milliseconds wait{0};
  /// Called about every 100 ms with how long it has been.
  std::function<void(std::chrono::milliseconds)> waiting = {};
};

/// taken: it is ours. held: somebody has it. no_room: there is no lock, and the disk is full or
/// read-only, so that nobody can make one. cannot: the machine did not allow to find out.
enum class Answer { taken, held, no_room, cannot };

struct Attempt {
  Answer answer = Answer::taken;
  std::string path;  ///< of the lock file
  std::string why;   ///< a clause for people, when it was not taken: "it is held by …"
  /// held: who has the lease. Absent when that can't be told.
  std::optional<LeaseRecord> holder = {};
  int pid = 0;  ///< held: whom a rival's lock names; 0 when it names nobody
};

/// The locks of one command to be. What was taken is given back when this ends, unless the command
/// took this process's place by exec. For one thread.
class Leases {
 public:
  /// `directory`: absolute, made (0700) when it is needed.
  explicit Leases(std::string directory);
  ~Leases();
  Leases(const Leases&) = delete;
  Leases& operator=(const Leases&) = delete;

  /// Takes a lease; a second time it is taken already. A claim on one device shares the account
  /// with those on others; one on the account gives up what was taken of its devices.
  Attempt take(const Claim& claim, const Patience& patience);

  /// Takes a rival's own lock, in the rival's own way, so that it refuses to start with its own
  /// message: wacli's LOCK by flock, OpenClaw 2026.9's `<authDir>.lock` with this process in it.
  /// A lock that a dead process left is taken over. So is an OpenClaw lock of garbage that is older
  /// than kSettledLock and nobody's; `warnings` says so.
  Attempt take(const RivalLock& lock, std::vector<Warning>& warnings);

  /// Writes into the files of the leases who has them; `claim` and `guards` are filled in here.
  /// What can't be written (a full disk) does not matter to the lock.
  void write_record(LeaseRecord record);

  /// From now on exec passes the locks on. 0 or an errno.
  int let_command_inherit();

  bool empty() const { return leases_.empty(); }

 private:
  struct MadeLock {
    std::string path;
    FileIdentity identity;
  };

  Attempt take_file(const std::string& name, bool shared, const Patience& patience);
  Attempt take_wacli(const std::string& path);
  Attempt take_openclaw(const std::string& path, std::vector<Warning>& warnings);

  std::string directory_;
  std::map<std::string, observe::Descriptor> files_;  ///< locked ones, by path
  std::vector<Claim> leases_;
  std::vector<std::string> guards_;
  /// Of the `wasession run` above this one that passed a lease on: its locks keep rivals off for
  /// us.
  std::optional<LeaseRecord> inherited_from_;
  std::vector<MadeLock> made_;  ///< OpenClaw's lock files that name this process
};

/// Who has the lease now, as its file says and the process table confirms.
std::optional<LeaseRecord> holder_of(const std::string& directory, const Claim& claim);

}  // namespace wasession::lease

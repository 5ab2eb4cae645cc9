/// The lease of an account: what `wasession run` writes into the file that it has locked, for
/// people and for who looks. The truth is the kernel's lock on the file, never this text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/process.h"
#include "model/session.h"
#include "model/time.h"

namespace wasession {

/// Lease files lie in `<state directory>/wasession/leases/<key>.lock`.
inline constexpr std::string_view kStateFolder = "wasession";
inline constexpr std::string_view kLeaseFolder = "leases";
inline constexpr std::string_view kLeaseSuffix = ".lock";

/// An exclusive claim on an account, or on one device of it.
struct Claim {
  std::string account;  ///< names a file: see account_key()
  /// Of one device only: its fingerprint's short form. Others of the account may be claimed beside
  /// it.
  std::string device;

  auto operator<=>(const Claim&) const = default;
};

/// Names the account of a session in a file: its phone number's digits, else its LID as
/// `lid-<digits>`, else (nothing is linked yet) `store-<hash of the store's path>`.
std::string account_key(const Session& session);

/// The file of a claim, without its directory.
std::string lease_file(const Claim& claim);

/// Who has a lease.
struct LeaseRecord {
  Claim claim;
  ProcessIdentity process;  ///< keeps both when it becomes the command by exec
  Time since;
  std::string command;              ///< name of the program, without arguments: they may be secret
  std::vector<std::string> stores;  ///< paths that the command uses, as far as known
  /// Lock files of other programs that it keeps, so that they do not start. It does not use what
  /// they lock.
  std::vector<std::string> guards;
};

/// The lock of a program that could use the account too.
struct RivalLock {
  Tool tool = Tool::wacli;  ///< wacli or openclaw
  std::string path;         ///< of the lock file
  std::size_t session = 0;  ///< position in Snapshot::sessions: whose store it locks

  auto operator<=>(const RivalLock&) const = default;
};

std::string lease_text(const LeaseRecord& record);

/// Nothing for an empty, cut or foreign text.
std::optional<LeaseRecord> parse_lease(std::string_view text);

/// A lease that a live process has, as it was seen: it took it, or inherited it from who did.
struct Lease {
  LeaseRecord record;
  std::size_t process = 0;  ///< position in Snapshot::processes
};

}  // namespace wasession

/// Who uses each credential, and how often WhatsApp said that it is in use twice: what all rules
/// about 440 start from.
///
/// WhatsApp keeps one connection for each linked device. When the same credential logs in again,
/// the earlier connection is closed with `<conflict type="replaced"/>`, which is 440. Two devices
/// of one account never do that to each other.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "judge/suspects.h"
#include "model/snapshot.h"

namespace wasession::judge {

/// A process that uses a credential, through one of its copies.
struct User {
  std::size_t session = 0;  ///< position in Snapshot::sessions
  std::size_t process = 0;  ///< position in Snapshot::processes
  /// The first of the copies that lies in the same file or directory, whatever its path.
  std::size_t store = 0;
  const Holder* holder = nullptr;
};

/// One credential, with all its copies on this machine.
struct Credential {
  std::vector<std::size_t> sessions;  ///< its copies, ascending
  std::vector<std::size_t> stores;    ///< for each copy what User::store says
  std::vector<User> users;            ///< in the order of their sessions
  /// Programs that could use it too, but nothing shows that they do: a rival that waits for its
  /// retry looks so, and one that gave up.
  std::vector<User> waiting;
  std::vector<std::size_t> suspects;  ///< positions in Conflicts::replaced
  /// The logs show that the process which uses it replaced itself, at least as often as not.
  bool replaces_itself = false;
};

struct Conflicts {
  /// The credentials of which a copy, a holder or a 440 is known. The others are at peace.
  std::vector<Credential> credentials;
  std::vector<Suspects> replaced;  ///< the 440s
};

/// Users are holders that are likely or certain. One that is only possible counts while the
/// credential has 440s of the last hour: in a fight one of the two always waits for its retry and
/// has no connection. It has to be led to the store by more than where it stands, to be a program
/// that could connect, and not to belong to another user's family.
Conflicts conflicts_of(const Snapshot& snapshot);

/// The user that should go on: the one with a lease, else a supervised one, which would come back,
/// else the one that has run longest, which is the one meant. `users` is not empty.
const User& keeper_of(const Snapshot& snapshot, const std::vector<User>& users);

/// Why keeper_of() chose it, as a clause about it: "it is supervised by systemd".
std::string why_kept(const Snapshot& snapshot, const User& keeper);

/// A program that could connect is tied to the store by more than where it stands.
bool could_connect(const Session& session, const Holder& holder, const Process& process);

/// Something leads to the store itself: not only to a directory above it, not only where the
/// process stands, not only a file that it reads.
bool names_store(const Holder& holder);

/// A client library in the process has decoded the credential: the raw key is in its memory.
bool has_in_memory(const Holder& holder);

/// The 440s of a credential: positions in Snapshot::incidents, ascending.
std::vector<std::size_t> replaced_incidents(const Conflicts& conflicts,
                                            const Credential& credential);

/// True while incidents tell of a fight that goes on: the last is under an hour old, and no
/// connection has been left in peace for ten minutes since.
bool is_fresh(const Snapshot& snapshot, const std::vector<std::size_t>& incidents,
              bool is_connected);

/// One of the users has an established connection.
bool is_connected(const Snapshot& snapshot, const Credential& credential);

/// The processes of users, ascending, each once.
std::vector<std::size_t> processes_of(const std::vector<User>& users);

/// How many different stores the credential lies in.
std::size_t count_stores(const Credential& credential);

/// More than one process uses it, or one does through two stores at once.
bool has_rivals(const Credential& credential);

/// The only process that uses it has a second connection, or its log shows that it had.
bool has_two_sockets(const Credential& credential);

}  // namespace wasession::judge

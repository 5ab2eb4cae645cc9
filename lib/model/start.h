/// What must be so before a command may connect: what `wasession run` claims, who is in the way,
/// and which locks keep rivals out. Values only.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/lease.h"

namespace wasession {

/// A live process that uses the account already.
struct Rival {
  std::size_t session = 0;  ///< position in Snapshot::sessions
  std::size_t process = 0;  ///< position in Snapshot::processes
  /// It uses the very credential: they would replace each other. Else another device of the
  /// account.
  bool same_credential = false;
  std::string command;  ///< that disconnects it, quoted for a shell
};

struct Start {
  std::vector<Claim> claims;      ///< in their order, each once
  std::vector<std::size_t> uses;  ///< what the command uses, as far as known: positions, ascending
  /// What the command uses by its own words, when that is nothing of what it is to be started for.
  std::vector<std::size_t> strays;
  std::vector<Rival> rivals;
  std::vector<RivalLock> locks;  ///< of stores that the command does not use
};

}  // namespace wasession

/// What `wasession run` is to do before it becomes the command: pure.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "model/start.h"

namespace wasession::plan {

struct StartRequest {
  /// That the user named: positions, ascending. When neither these nor an account is given, what
  /// the command itself will use is meant, else the only account that there is.
  std::vector<std::size_t> sessions;
  std::string account;               ///< as account_key() gives it: a phone number's digits
  bool per_device = false;           ///< other linked devices of the account may go on
  std::vector<std::string> command;  ///< its words
  std::map<std::string, std::string, std::less<>> variables;  ///< its environment
};

/// A rival is whoever holds the credential, or, unless `per_device`, any credential of the account:
/// certainly, likely, or as a program that could connect and was told of the store itself, for one
/// that waits for its next try has no connection.
///
/// The locks are those of wacli and OpenClaw 2026.9 for every other store of the account (of the
/// credential with `per_device`): never that of a store that the command uses.
///
/// Without claims it can't be told what is meant: there are several accounts, or none.
Start start(const Snapshot& snapshot, const StartRequest& asked);

/// The accounts of all credentials, as account_key() gives them, each once.
std::vector<std::string> accounts_of(const Snapshot& snapshot);

/// The sessions that a command of OpenClaw or wacli will use, going by its words and variables.
/// Where these leave it open, all that it may use. Positions, ascending; none for another command.
std::vector<std::size_t> sessions_of_command(const Snapshot& snapshot, const StartRequest& request);

}  // namespace wasession::plan

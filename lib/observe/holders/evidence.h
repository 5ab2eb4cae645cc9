/// What ties a process to a store: one small rule for each kind of evidence, one table of them.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/process.h"
#include "observe/environment.h"
#include "observe/holders/leases.h"
#include "observe/holders/store_index.h"
#include "observe/places/openclaw_locks.h"
#include "observe/processes/processes.h"

namespace wasession::observe {

/// A process under examination, and what the rules may ask about it.
struct Witness {
  const ProcessReading& reading;
  const StoreIndex& stores;
  std::span<const openclaw::GatewayLock> gateway_locks;  ///< of this process, verified
  std::size_t connections = 0;                           ///< established ones to WhatsApp
  /// Worth asking the file system where its arguments and variables lead: a JavaScript program,
  /// an OpenClaw or wacli, or connected. (A stat for every argument of every process would cost
  /// more than the walk, and may hang on a dead network file system.)
  bool suspect = false;
  std::uint64_t start = 0;  ///< as in ProcessIdentity
  Environment environment;  ///< that of the process itself
  std::vector<HeldLease> leases = {};
};

/// One piece of evidence for one store.
struct Tie {
  std::size_t store = 0;  ///< position in StoreIndex::stores()
  Evidence evidence;
  /// The process names exactly this store, not only a directory near it.
  bool exact = true;
};

/// What every rule finds.
std::vector<Tie> evidence_of(const Witness& witness);

// The rules. Each appends what it finds.
using Rule = void (*)(const Witness&, std::vector<Tie>&);

/// wacli's LOCK, flocked: certain. The text in the file is not looked at. A lock that is kept under
/// a lease only so that nobody else takes it proves nothing; nor does such an OpenClaw lock.
void wacli_lock(const Witness& witness, std::vector<Tie>& ties);
/// OpenClaw 2026.9's `<authDir>.lock`, open, with this process's start time in it: certain.
void openclaw_lock(const Witness& witness, std::vector<Tie>& ties);
/// A lease of `wasession run` that names the store: certain for who took it, or inherited it and is
/// connected; possible for a gateway of OpenClaw 2026.9, whose own lock tells.
void lease(const Witness& witness, std::vector<Tie>& ties);
/// A file of the store is open. For writing: certain, but for the shells of databases and a wacli
/// without a connection; only for reading: possible, since pagers and backups do that.
void open_file(const Witness& witness, std::vector<Tie>& ties);
/// An OpenClaw gateway: its lock, or its name and environment, lead to a configuration whose
/// accounts use the store.
void gateway_lock(const Witness& witness, std::vector<Tie>& ties);
/// An argument leads to the store.
void command_line(const Witness& witness, std::vector<Tie>& ties);
/// A variable leads to the store: of the environment, or of the `.env` file in the working
/// directory of a JavaScript program, which reads it at its start.
void environment(const Witness& witness, std::vector<Tie>& ties);
/// The store is, or is near, the working directory.
void working_directory(const Witness& witness, std::vector<Tie>& ties);

}  // namespace wasession::observe

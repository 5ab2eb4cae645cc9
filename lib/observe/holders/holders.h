/// Who holds which session: joins the process table, the connections and the evidence.
#pragma once

#include <span>
#include <vector>

#include "model/snapshot.h"
#include "observe/environment.h"
#include "observe/observe.h"
#include "observe/processes/connections.h"
#include "observe/processes/processes.h"

namespace wasession::observe {

/// Fills in the holders of all sessions, `activity` live where one of them is likely or certain,
/// and the processes and strangers of the Snapshot. `endpoints` count as WhatsApp's; who has no
/// connection now and had one `lately` counts as connected.
void find_holders(Snapshot& snapshot, const ProcessTable& table,
                  const std::vector<Endpoint>& endpoints, const SeenConnections& lately,
                  const Environment& environment);

/// Of sessions that hold one credential, the one that a process would use to which nothing on the
/// outside leads: written to since it started (Baileys rewrites creds.json at each login), and the
/// eldest of these, for a copy comes into being later.
std::size_t likeliest_copy(const Snapshot& snapshot, const std::vector<std::size_t>& copies,
                           const Process& process);

/// One more fact about a process and a session, found later (memory, a write that was seen).
void add_evidence(Snapshot& snapshot, std::size_t session, const Process& process,
                  Evidence evidence);

/// The pids of this process and of those above it.
std::vector<int> own_family();

/// Puts what find_holders() and add_evidence() found in order: the strongest first, wrappers of a
/// holder left out, two_sockets and activity told.
void settle_holders(Snapshot& snapshot);

}  // namespace wasession::observe

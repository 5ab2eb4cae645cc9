/// What `wasession who-holds` shows of a Snapshot.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "model/snapshot.h"
#include "report/list.h"
#include "report/style.h"

namespace wasession::report {

/// For each session at `positions` its holders with their evidence in words, then the sessions that
/// nobody holds in one line, then the strangers and what could not be seen. `width` in columns of
/// the terminal.
std::string who_holds_text(const Snapshot& snapshot, std::span<const std::size_t> positions,
                           std::size_t width, const Style& style);

/// `wasession.who-holds/1`, without a newline at its end.
void who_holds_json(const Snapshot& snapshot, std::span<const std::size_t> positions,
                    const Emit& emit);

}  // namespace wasession::report

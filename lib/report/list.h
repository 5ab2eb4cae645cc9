/// What `wasession list` shows of a Snapshot.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "model/snapshot.h"
#include "report/list_columns.h"
#include "report/style.h"

namespace wasession::report {

/// Takes a piece of output at a time, so that ten thousand rows are never one string.
using Emit = std::function<void(std::string_view)>;

/// The sessions at `positions`, in that order, as a table; below it one line for each credential
/// that is there more than once. `width` in columns of the terminal.
std::string list_table(const Snapshot& snapshot, std::span<const std::size_t> positions,
                       std::span<const ListColumn* const> columns, std::size_t width,
                       const Style& style);

/// `wasession.list/1` (design.md section 5), without a newline at its end.
void list_json(const Snapshot& snapshot, std::span<const std::size_t> positions, const Emit& emit);

}  // namespace wasession::report

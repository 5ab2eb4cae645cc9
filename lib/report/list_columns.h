/// The one table of `list`'s columns: header, `--columns` name, JSON key, help and cell.
#pragma once

#include <span>
#include <string_view>

#include "model/snapshot.h"
#include "report/table.h"

namespace wasession::report {

struct ListColumn {
  std::string_view name;      ///< for --columns and --sort
  std::string_view json_key;  ///< the same fact in `list --json`
  std::string_view help;
  TableColumn layout;
  bool shown_by_default;
  Cell (*cell)(const Snapshot&, const Session&);
  /// Orders two sessions for --sort; null where an order says nothing.
  bool (*less)(const Session&, const Session&);
};

std::span<const ListColumn> list_columns();

/// Null when there is no such column.
const ListColumn* find_list_column(std::string_view name);

}  // namespace wasession::report

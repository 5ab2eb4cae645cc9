#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "report/escape.h"
#include "report/list.h"

namespace wasession::report {
namespace {

TableRow row_of(const Snapshot& snapshot, const Session& session,
                std::span<const ListColumn* const> columns) {
  TableRow row;
  for (const ListColumn* column : columns) row.cells.push_back(column->cell(snapshot, session));
  for (const std::string& problem : session.credential.problems)
    row.notes.push_back(printable(problem));
  return row;
}

std::string names_of(const Snapshot& snapshot, const std::vector<std::size_t>& group) {
  constexpr std::size_t kNamed = 4;
  std::string names;
  for (std::size_t i = 0; i < std::min(group.size(), kNamed); ++i) {
    names += (i == 0 ? "" : ", ") + printable(snapshot.sessions[group[i]].id);
  }
  if (group.size() > kNamed) names += fmt::format(" and {} more", group.size() - kNamed);
  return names;
}

/// One line for each credential that more than one of the shown stores, or a hidden one, holds.
std::string copies(const Snapshot& snapshot, std::span<const std::size_t> positions,
                   const Style& style) {
  constexpr std::size_t kLines = 10;
  std::set<std::size_t> groups;
  for (const std::size_t position : positions) {
    if (const auto group = snapshot.sessions[position].credential_group) groups.insert(*group);
  }
  std::string text;
  std::size_t lines = 0;
  for (const std::size_t group : groups) {
    if (lines++ == kLines) break;
    const auto& members = snapshot.credential_groups[group];
    text += style.paint(Tone::bad, "Same credential") +
            fmt::format(
                " {} in {} stores: {}. Two programs that use it replace each other (status 440).\n",
                snapshot.sessions[members.front()].credential.fingerprint->short_hex(),
                members.size(), names_of(snapshot, members));
  }
  if (groups.size() > kLines) {
    text += fmt::format("… and {} more credentials that are there more than once.\n",
                        groups.size() - kLines);
  }
  return text.empty() ? text : "\n" + text;
}

}  // namespace

std::string list_table(const Snapshot& snapshot, std::span<const std::size_t> positions,
                       std::span<const ListColumn* const> columns, std::size_t width,
                       const Style& style) {
  std::vector<TableColumn> layout;
  for (const ListColumn* column : columns) layout.push_back(column->layout);
  std::vector<TableRow> rows;
  rows.reserve(positions.size());
  for (const std::size_t position : positions) {
    rows.push_back(row_of(snapshot, snapshot.sessions[position], columns));
  }
  return render_table(layout, rows, width, style) + copies(snapshot, positions, style);
}

}  // namespace wasession::report

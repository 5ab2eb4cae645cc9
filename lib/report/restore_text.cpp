#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "report/escape.h"
#include "report/restore.h"
#include "report/table.h"

namespace wasession::report {
namespace {

/// `812 B`, `1.2 KiB`, `40 MiB`.
std::string size_words(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  constexpr double kStep = 1024;
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes) / kStep;
  std::size_t unit = 0;
  // From here on it would be rounded to 1024.
  while (size >= kStep - 0.5 && unit + 1 < kUnits.size()) {
    size /= kStep;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", size, size < 9.95 ? 1 : 0, kUnits[unit]);
}

Cell expiry(const Quarantined& entry, Time now) {
  if (entry.restored_at) return {"restored " + ago(*entry.restored_at, now), Tone::good};
  if (entry.expires_at <= now) return {"expired", Tone::bad};
  const bool soon = entry.expires_at - now < std::chrono::days(3);
  return {age_words(entry.expires_at, now), soon ? Tone::attention : Tone::plain};
}

TableRow row_of(const Quarantined& entry, Time now) {
  const Tone tone = entry.restored_at ? Tone::faint : Tone::plain;
  return {{{printable(entry.id), tone},
           {printable(entry.session), tone},
           {ago(entry.quarantined_at, now), tone},
           expiry(entry, now),
           {std::to_string(entry.files.size()), tone},
           {size_words(total_size(entry)), tone},
           {printable(entry.path), tone}},
          {}};
}

/// The id is what one copies: it is not cut.
std::vector<TableColumn> columns_for(const std::vector<TableRow>& rows) {
  constexpr std::size_t kLongestId = 48;
  std::size_t longest_id = 0;
  for (const TableRow& row : rows) {
    longest_id = std::max(longest_id, display_width(row.cells.front().text));
  }
  return {{"ID", std::min(longest_id, kLongestId), 0, false},
          {"SESSION", 16, 0, false},
          {"PURGED", 8, 0, false},
          {"EXPIRES", 9, 0, false},
          {"FILES", 5, 3, true},
          {"SIZE", 8, 2, true},
          {"PATH", 16, 1, false}};
}

}  // namespace

std::string quarantine_text(const QuarantineReport& report, std::size_t width, const Style& style) {
  if (report.entries.empty()) return "nothing is in quarantine\n";
  std::vector<TableRow> rows;
  rows.reserve(report.entries.size());
  for (const Quarantined& entry : report.entries) rows.push_back(row_of(entry, report.taken_at));
  return render_table(columns_for(rows), rows, width, style);
}

}  // namespace wasession::report

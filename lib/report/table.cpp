#include "report/table.h"

#include <algorithm>
#include <numeric>

#include "report/escape.h"

namespace wasession::report {
namespace {

constexpr std::size_t kGap = 2;

/// The columns that are shown, by position, and how wide each is.
struct Layout {
  std::vector<std::size_t> shown;
  std::vector<std::size_t> widths;  ///< one for each shown column
};

std::size_t total_width(const std::vector<std::size_t>& widths) {
  if (widths.empty()) return 0;
  return std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
}

/// Takes columns of the terminal from the widest column that can give some, until the row fits.
void shrink(const std::vector<TableColumn>& columns, Layout& layout, std::size_t width) {
  std::size_t total = total_width(layout.widths);
  while (total > width) {
    std::size_t widest = layout.shown.size();
    for (std::size_t i = 0; i < layout.shown.size(); ++i) {
      if (layout.widths[i] <= columns[layout.shown[i]].least_width) continue;
      if (widest == layout.shown.size() || layout.widths[i] > layout.widths[widest]) widest = i;
    }
    if (widest == layout.shown.size()) return;
    --layout.widths[widest];
    --total;
  }
}

std::size_t least_total(const std::vector<TableColumn>& columns, const Layout& layout) {
  std::vector<std::size_t> least;
  for (std::size_t i = 0; i < layout.shown.size(); ++i) {
    least.push_back(std::min(layout.widths[i], columns[layout.shown[i]].least_width));
  }
  return total_width(least);
}

void drop_dispensable(const std::vector<TableColumn>& columns, Layout& layout, std::size_t width) {
  while (least_total(columns, layout) > width) {
    std::size_t first_to_go = layout.shown.size();
    for (std::size_t i = 0; i < layout.shown.size(); ++i) {
      const int rank = columns[layout.shown[i]].dispensable;
      if (rank == 0) continue;
      if (first_to_go == layout.shown.size() ||
          rank > columns[layout.shown[first_to_go]].dispensable) {
        first_to_go = i;
      }
    }
    if (first_to_go == layout.shown.size()) return;
    layout.shown.erase(layout.shown.begin() + static_cast<std::ptrdiff_t>(first_to_go));
    layout.widths.erase(layout.widths.begin() + static_cast<std::ptrdiff_t>(first_to_go));
  }
}

Layout lay_out(const std::vector<TableColumn>& columns, const std::vector<TableRow>& rows,
               std::size_t width) {
  Layout layout;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    std::size_t widest = 0;
    for (const TableRow& row : rows)
      widest = std::max(widest, display_width(row.cells[column].text));
    if (widest == 0 && !rows.empty()) continue;
    layout.shown.push_back(column);
    layout.widths.push_back(std::max(widest, display_width(columns[column].header)));
  }
  if (width == kUnlimitedWidth) return layout;
  drop_dispensable(columns, layout, width);
  shrink(columns, layout, width);
  return layout;
}

void append_cell(std::string& line, const Cell& cell, std::size_t width, bool align_right,
                 const Style& style) {
  std::size_t columns = display_width(cell.text);
  std::string cut;
  if (columns > width) {
    cut = cut_middle(cell.text, width);
    columns = display_width(cut);
  }
  const std::string_view text = cut.empty() ? std::string_view(cell.text) : cut;
  if (align_right) line.append(width - columns, ' ');
  style.append(line, cell.tone, text);
  if (!align_right) line.append(width - columns, ' ');
}

/// One line of cells; blanks at its end are left out.
template <typename CellOf>
void append_line(std::string& out, const std::vector<TableColumn>& columns, const Layout& layout,
                 CellOf cell_of, const Style& style) {
  for (std::size_t i = 0; i < layout.shown.size(); ++i) {
    if (i > 0) out.append(kGap, ' ');
    const TableColumn& column = columns[layout.shown[i]];
    append_cell(out, cell_of(layout.shown[i]), layout.widths[i], column.align_right, style);
  }
  while (out.ends_with(' ')) out.pop_back();
  out += '\n';
}

}  // namespace

std::string render_table(const std::vector<TableColumn>& columns, const std::vector<TableRow>& rows,
                         std::size_t width, const Style& style) {
  const Layout layout = lay_out(columns, rows, width);
  std::vector<Cell> headers;
  for (const TableColumn& column : columns)
    headers.push_back({std::string(column.header), Tone::heading});
  std::string out;
  append_line(
      out, columns, layout, [&](std::size_t i) -> const Cell& { return headers[i]; }, style);
  for (const TableRow& row : rows) {
    append_line(
        out, columns, layout, [&](std::size_t i) -> const Cell& { return row.cells[i]; }, style);
    for (const std::string& note : row.notes) {
      out += "  ";
      style.append(out, Tone::attention, "! " + note);
      out += '\n';
    }
  }
  return out;
}

}  // namespace wasession::report

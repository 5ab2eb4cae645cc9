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
                 bool last, const Style& style) {
  const std::size_t natural = display_width(cell.text);
  const std::string text = natural > width ? cut_middle(cell.text, width) : cell.text;
  const std::size_t padding = width - std::min(width, display_width(text));
  if (align_right) line.append(padding, ' ');
  line += style.paint(cell.tone, text);
  if (!align_right && !last) line.append(padding, ' ');
  if (!last) line.append(kGap, ' ');
}

}  // namespace

std::string render_table(const std::vector<TableColumn>& columns, const std::vector<TableRow>& rows,
                         std::size_t width, const Style& style) {
  const Layout layout = lay_out(columns, rows, width);
  std::string out;
  const auto append_line = [&](auto cell_of) {
    std::string line;
    for (std::size_t i = 0; i < layout.shown.size(); ++i) {
      const TableColumn& column = columns[layout.shown[i]];
      append_cell(line, cell_of(layout.shown[i]), layout.widths[i], column.align_right,
                  i + 1 == layout.shown.size(), style);
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  };
  append_line([&](std::size_t i) { return Cell{std::string(columns[i].header), Tone::heading}; });
  for (const TableRow& row : rows) {
    append_line([&](std::size_t i) -> const Cell& { return row.cells[i]; });
    for (const std::string& note : row.notes)
      out += "  " + style.paint(Tone::attention, "! " + note) + "\n";
  }
  return out;
}

}  // namespace wasession::report

/// Lays out rows of text in aligned columns that fit a terminal.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "report/style.h"

namespace wasession::report {

struct Cell {
  std::string text;  ///< printable
  Tone tone = Tone::plain;
};

struct TableColumn {
  std::string_view header;
  /// Columns of the terminal below which it is not cut.
  std::size_t least_width = 8;
  /// Who goes first when even the least widths don't fit: the highest. 0 never goes.
  int dispensable = 0;
  bool align_right = false;
};

struct TableRow {
  std::vector<Cell> cells;         ///< one a column
  std::vector<std::string> notes;  ///< printable lines below the row
};

inline constexpr std::size_t kUnlimitedWidth = std::numeric_limits<std::size_t>::max();

/// The table as text. Cells of the widest columns are cut in the middle until a row fits `width`;
/// if that is not enough, dispensable columns go. A column in which every cell is empty is left
/// out.
std::string render_table(const std::vector<TableColumn>& columns, const std::vector<TableRow>& rows,
                         std::size_t width, const Style& style);

}  // namespace wasession::report

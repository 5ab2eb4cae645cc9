#include "report/table.h"

#include <random>
#include <sstream>

#include <doctest/doctest.h>

#include "report/escape.h"

using namespace wasession::report;

namespace {

const std::vector<TableColumn> kColumns = {
    {"SESSION", 8, 0, false}, {"DEVICE", 6, 2, true}, {"PATH", 10, 1, false}};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("columns are aligned and numbers stand at the right") {
  const std::vector<TableRow> rows = {{{{"a"}, {"3"}, {"/x"}}, {}},
                                      {{{"bcd"}, {"13"}, {"/y/z"}}, {"broken"}}};
  CHECK(render_table(kColumns, rows, kUnlimitedWidth, {}) ==
        "SESSION  DEVICE  PATH\n"
        "a             3  /x\n"
        "bcd          13  /y/z\n"
        "  ! broken\n");
}

TEST_CASE("a row fits the terminal at every width that holds the columns that never go") {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::vector<TableRow> rows;
    for (std::size_t i = 1 + random() % 4; i > 0; --i) {
      rows.push_back({{{std::string(random() % 40, 's')},
                       {std::to_string(random() % 99)},
                       {"/" + std::string(random() % 80, 'p')}},
                      {}});
    }
    const std::size_t width = 8 + random() % 100;
    for (const std::string& line : lines_of(render_table(kColumns, rows, width, {}))) {
      CHECK_MESSAGE(display_width(line) <= width, "a line of a table is wider than the terminal");
    }
  }
}

TEST_CASE("colour never changes what is aligned") {
  const std::vector<TableRow> rows = {{{{"a", Tone::bad}, {"3"}, {"/x"}}, {}}};
  std::string coloured = render_table(kColumns, rows, kUnlimitedWidth, Style{true});
  CHECK(coloured.find("\x1b[1;31ma\x1b[0m        ") != std::string::npos);
}

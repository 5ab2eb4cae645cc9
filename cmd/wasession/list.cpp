#include "report/list.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "carry_out.h"
#include "commands.h"
#include "remember.h"
#include "report/redact.h"
#include "terminal.h"

namespace wasession::cmd {
namespace {

constexpr std::chrono::seconds kWatchInterval{2};

struct ListOptions {
  std::vector<std::string> selectors;
  std::vector<std::string> columns;
  std::string sort = "id";
  bool watch = false;
};

std::vector<std::string> names_for(bool (*wanted)(const report::ListColumn&)) {
  std::vector<std::string> names;
  for (const auto& column : report::list_columns()) {
    if (wanted(column)) names.emplace_back(column.name);
  }
  return names;
}

std::vector<const report::ListColumn*> chosen_columns(const ListOptions& options) {
  std::vector<const report::ListColumn*> columns;
  for (const std::string& name : options.columns) columns.push_back(report::find_list_column(name));
  if (!columns.empty()) return columns;
  for (const auto& column : report::list_columns()) {
    if (column.shown_by_default) columns.push_back(&column);
  }
  return columns;
}

void sort_positions(const Snapshot& snapshot, const std::string& key,
                    std::vector<std::size_t>& positions) {
  if (key == "id") return;  // the Snapshot's own order
  const auto less = report::find_list_column(key)->less;
  std::sort(positions.begin(), positions.end(), [&](std::size_t a, std::size_t b) {
    const Session& left = snapshot.sessions[a];
    const Session& right = snapshot.sessions[b];
    if (less(left, right)) return true;
    return !less(right, left) && left.id < right.id;
  });
}

bool print_sessions(const GlobalOptions& global, const ListOptions& options,
                    const Snapshot& snapshot, const std::vector<std::size_t>& positions) {
  bool written = true;
  if (global.json) {
    report::list_json(snapshot, positions,
                      [&](std::string_view piece) { written = written && write_output(piece); });
    return written && write_output("\n");
  }
  if (positions.empty()) {
    print_nothing_found(global);
    return true;
  }
  const report::Style style{wants_colour(global.colour)};
  return write_output(
      report::list_table(snapshot, positions, chosen_columns(options), output_width(), style));
}

int list_once(const GlobalOptions& global, const ListOptions& options) {
  const Look look = look_at_machine(global, options.selectors);
  auto positions = chosen_sessions(global, look, options.selectors);
  if (!positions) return kWrongUsage;
  std::optional<Snapshot> redacted;
  if (global.redact) redacted = report::redact(look.snapshot);
  const Snapshot& shown = redacted ? *redacted : look.snapshot;
  sort_positions(look.snapshot, options.sort, *positions);
  if (!print_sessions(global, options, shown, *positions)) {
    print_error(fmt::format("can't write the output: {}", std::strerror(errno)));
    return kCannot;
  }
  remember_look(global, look);
  return kDone;
}

int run_list(const GlobalOptions& global, const ListOptions& options) {
  recover(global, false);
  if (!options.watch) return list_once(global, options);
  while (true) {
    if (is_terminal(STDOUT_FILENO) && !global.json) write_output("\x1b[H\x1b[2J");
    const int exit_code = list_once(global, options);
    if (exit_code != kDone) return exit_code;
    std::this_thread::sleep_for(kWatchInterval);
  }
}

}  // namespace

void add_list(CLI::App& app, const GlobalOptions& global, int* exit_code) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* const list = app.add_subcommand("list", "Every WhatsApp credential on this machine");
  list->add_option("SESSION", options->selectors, kSessionHelp)->type_name("");
  list->add_option("--columns", options->columns, "Columns to show, comma separated")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(names_for([](const report::ListColumn&) { return true; })))
      ->type_name("COLUMN,…");
  list->add_option("--sort", options->sort, "Order by this column")
      ->check(
          CLI::IsMember(names_for([](const report::ListColumn& c) { return c.less != nullptr; })))
      ->type_name("KEY")
      ->capture_default_str();
  list->add_flag("--watch", options->watch, "Again every 2 seconds, until interrupted");
  finish_command(*list);
  list->callback([options, &global, exit_code] { *exit_code = run_list(global, *options); });
}

}  // namespace wasession::cmd

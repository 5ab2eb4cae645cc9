#include "report/who_holds.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "commands.h"
#include "remember.h"
#include "report/redact.h"
#include "terminal.h"

namespace wasession::cmd {
namespace {

struct WhoHoldsOptions {
  std::vector<std::string> selectors;
  bool deep = false;
  unsigned watch_seconds = 0;
};

bool print_holders(const GlobalOptions& global, const Snapshot& snapshot,
                   const std::vector<std::size_t>& positions) {
  if (global.json) {
    bool written = true;
    report::who_holds_json(snapshot, positions, [&](std::string_view piece) {
      written = written && write_output(piece);
    });
    return written && write_output("\n");
  }
  const report::Style style{wants_colour(global.colour)};
  return write_output(report::who_holds_text(snapshot, positions, output_width(), style));
}

int run_who_holds(const GlobalOptions& global, const WhoHoldsOptions& options) {
  Look look = look_at_machine(global, options.selectors);
  const auto positions = chosen_sessions(global, look, options.selectors);
  if (!positions) return kWrongUsage;
  const Snapshot shown = global.redact ? report::redact(look.snapshot) : std::move(look.snapshot);
  print_warnings(global, shown.warnings);
  if (shown.sessions.empty() && !global.json) print_nothing_found(global);
  if (!print_holders(global, shown, *positions)) {
    print_error(fmt::format("can't write the output: {}", std::strerror(errno)));
    return kCannot;
  }
  const bool held = std::any_of(positions->begin(), positions->end(), [&](std::size_t position) {
    return !shown.sessions[position].holders.empty();
  });
  return held ? kDone : kAnswerIsNo;
}

}  // namespace

void add_who_holds(CLI::App& app, const GlobalOptions& global, int* exit_code) {
  auto options = std::make_shared<WhoHoldsOptions>();
  CLI::App* const who = app.add_subcommand(
      "who-holds", "Which process uses a credential right now, and how that is known");
  who->add_option("SESSION", options->selectors, kSessionHelp);
  who->footer(kExitStatusHelp);
  who->fallthrough();
  who->callback([options, &global, exit_code] { *exit_code = run_who_holds(global, *options); });
}

}  // namespace wasession::cmd

#include "report/who_holds.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "carry_out.h"
#include "commands.h"
#include "interruption.h"
#include "observe/deeper.h"
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

observe::SeenWrites watch(const GlobalOptions& global, const Look& look,
                          const std::vector<std::size_t>& positions, unsigned seconds) {
  const Interruption interruption;
  if (!global.quiet) {
    print_error(fmt::format("watching for {} s who writes to {} session{}…", seconds,
                            positions.size(), positions.size() == 1 ? "" : "s"));
  }
  return observe::watch_stores(look.snapshot, positions, std::chrono::seconds(seconds),
                               Interruption::flag());
}

/// `pid:N` means what that process holds, which only the deeper looks may tell.
bool asks_for_process(const std::vector<std::string>& selectors) {
  return std::any_of(selectors.begin(), selectors.end(),
                     [](const std::string& selector) { return selector.starts_with("pid:"); });
}

void look_deep(const GlobalOptions& global, Look& look, const std::vector<std::size_t>& positions) {
  const auto before = static_cast<std::ptrdiff_t>(look.snapshot.warnings.size());
  observe::look_into_memories(look.snapshot, positions, look.scope);
  const auto& all = look.snapshot.warnings;
  print_warnings(global, {all.begin() + before, all.end()});
}

int run_who_holds(const GlobalOptions& global, const WhoHoldsOptions& options) {
  recover(global, false);
  const bool by_process = asks_for_process(options.selectors);
  std::optional<observe::SeenWrites> seen;
  if (options.watch_seconds > 0) {
    GlobalOptions silent = global;  // the second look says it
    silent.quiet = true;
    const Look first = look_at_machine(silent, options.selectors);
    const auto watched = by_process ? std::optional(all_sessions(first.snapshot))
                                    : chosen_sessions(silent, first, options.selectors);
    if (!watched) return kWrongUsage;
    seen = watch(global, first, *watched, options.watch_seconds);
  }
  Look look = look_at_machine(global, options.selectors);
  if (seen) observe::add_writes(look.snapshot, *seen, look.scope);
  if (options.deep && by_process) {
    observe::look_into_memories(look.snapshot, all_sessions(look.snapshot), look.scope);
  }
  const auto positions = chosen_sessions(global, look, options.selectors);
  if (!positions) return kWrongUsage;
  if (options.deep && !by_process) look_deep(global, look, *positions);
  if (!look.registry_damaged) remember_look(global, look);
  const Snapshot shown = global.redact ? report::redact(look.snapshot) : std::move(look.snapshot);
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
  who->add_option("SESSION", options->selectors, kSessionHelp)->type_name("");
  who->add_flag("--deep", options->deep,
                "Also look for the credentials in the memory of clients (root, or one's own)");
  who->add_option("--watch", options->watch_seconds,
                  "Also watch for so long who writes to the stores (root); 90 catches every client "
                  "that retries")
      ->check(CLI::Range(1, 86400))
      ->type_name("SECONDS");
  finish_command(*who);
  who->callback([options, &global, exit_code] { *exit_code = run_who_holds(global, *options); });
}

}  // namespace wasession::cmd

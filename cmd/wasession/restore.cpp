#include "report/restore.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "apply/quarantine.h"
#include "carry_out.h"
#include "commands.h"
#include "plan/plan.h"
#include "report/redact.h"
#include "terminal.h"

namespace wasession::cmd {
namespace {

struct RestoreOptions {
  std::string id;
  bool list = false;
  bool dry_run = false;
};

int show_list(const GlobalOptions& global, const Snapshot& snapshot,
              apply::QuarantineReading reading) {
  const bool unreadable = !reading.warnings.empty();
  if (unreadable && reading.entries.empty() && !global.json) return kCannot;
  if (global.redact) report::redact(reading.entries, snapshot);
  const report::QuarantineReport report{snapshot.taken_at, snapshot.host,
                                        std::move(reading.entries), std::move(reading.warnings)};
  const report::Style style{wants_colour(global.colour)};
  const bool written =
      write_output(global.json ? report::quarantine_json(report) + "\n"
                               : report::quarantine_text(report, output_width(), style));
  if (written) return unreadable ? kCannot : kDone;
  print_error(fmt::format("can't write the output: {}", std::strerror(errno)));
  return kCannot;
}

/// The entries that the id, or its beginning, means.
std::vector<Quarantined> entries_of(const std::vector<Quarantined>& entries,
                                    const std::string& id) {
  std::vector<Quarantined> found;
  for (const Quarantined& entry : entries) {
    if (entry.id == id) return {entry};
    if (entry.id.starts_with(id)) found.push_back(entry);
  }
  return found;
}

int run_restore(const GlobalOptions& global, const RestoreOptions& options) {
  recover(global, options.dry_run);
  Look look = look_at_machine(global, {});
  const std::string directory = quarantine_directory(look.environment);
  apply::QuarantineReading reading = apply::read_quarantine(directory);
  print_warnings(global, reading.warnings);
  if (options.list || options.id.empty()) {
    return show_list(global, look.snapshot, std::move(reading));
  }
  const std::vector<Quarantined> meant = entries_of(reading.entries, options.id);
  if (meant.empty()) {
    print_error(
        fmt::format("no entry {} in quarantine; wasession restore --list shows them", options.id));
    return kWrongUsage;
  }
  if (meant.size() > 1) {
    print_error(fmt::format("{} means {} entries, {} and {} among them", options.id, meant.size(),
                            meant[0].id, meant[1].id));
    return kWrongUsage;
  }
  CarryOut carry;
  carry.command = "restore";
  carry.schema = "wasession.restore/1";
  carry.dry_run = options.dry_run;
  carry.confirmed = true;  // it refuses to overwrite anything
  return carry_out(global, carry, look, {}, plan::restore(meant));
}

}  // namespace

void add_restore(CLI::App& app, const GlobalOptions& global, int* exit_code) {
  auto options = std::make_shared<RestoreOptions>();
  CLI::App* const restore =
      app.add_subcommand("restore", "Put a purged credential back; without an id, list them");
  auto* const id =
      restore->add_option("QUARANTINE-ID", options->id, "Which one, or the beginning of its id")
          ->type_name("")
          ->check([](const std::string& text) { return text.empty() ? "is empty" : ""; });
  restore->add_flag("--list", options->list, "Show what is in quarantine")->excludes(id);
  restore->add_flag("--dry-run", options->dry_run, "Show what would be done, and do nothing");
  finish_command(*restore);
  restore->callback([options, &global, exit_code] { *exit_code = run_restore(global, *options); });
}

}  // namespace wasession::cmd

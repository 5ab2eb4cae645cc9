#include <algorithm>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "carry_out.h"
#include "commands.h"
#include "examine.h"
#include "model/time.h"
#include "observe/deeper.h"
#include "plan/plan.h"

namespace wasession::cmd {
namespace {

using namespace std::chrono_literals;

struct PurgeOptions {
  std::vector<std::string> selectors;
  bool stale = false;
  bool logged_out = false;
  std::string older_than;
  bool no_quarantine = false;
  bool force = false;
  double timeout = 10;
  bool dry_run = false;
  bool yes = false;

  bool filters() const { return stale || logged_out || !older_than.empty(); }
};

/// Those that meet every filter that was given.
std::vector<std::size_t> filtered(const Snapshot& snapshot, const PurgeOptions& options,
                                  std::optional<Time> used_before,
                                  std::vector<std::size_t> positions) {
  const std::vector<std::size_t> logged_out = plan::logged_out_sessions(snapshot);
  std::erase_if(positions, [&](std::size_t i) {
    const Session& session = snapshot.sessions[i];
    const auto& used = session.credential.last_used_at;
    return (options.stale && session.activity != Activity::stale) ||
           (options.logged_out && !std::ranges::binary_search(logged_out, i)) ||
           (used_before && (!used || *used >= *used_before));
  });
  return positions;
}

/// A store in which nothing was ever kept.
bool holds_nothing(const Session& session) {
  return session.credential.state == State::unpaired && !session.credential.last_used_at &&
         !session.credential.fingerprint;
}

int run_purge(const GlobalOptions& global, const PurgeOptions& options) {
  if (options.selectors.empty() && !options.filters()) {
    print_error(
        "purge-creds needs a SESSION, --stale, --logged-out or --older-than AGE; "
        "wasession list shows the sessions");
    return kWrongUsage;
  }
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  std::optional<Time> used_before;
  if (!options.older_than.empty()) {
    used_before = parse_moment(options.older_than, now);
    if (!used_before) {
      print_error(
          fmt::format("--older-than {} is no age: say 45d, 12h or 2026-10-01", options.older_than));
      return kWrongUsage;
    }
  }
  recover(global, options.dry_run);
  if (!options.dry_run) expire(global);
  Look look = look_at_machine(global, options.selectors);
  examine(global, {look.snapshot.taken_at - 24h * 30, {}}, look);
  auto chosen = chosen_sessions(global, look, options.selectors);
  if (!chosen) return kWrongUsage;
  *chosen = filtered(look.snapshot, options, used_before, *chosen);
  std::erase_if(*chosen, [&](std::size_t i) { return holds_nothing(look.snapshot.sessions[i]); });
  // Of all: the credential in a memory may be another copy than the one to be purged.
  observe::look_into_memories(look.snapshot, all_sessions(look.snapshot), look.scope);

  plan::PurgeRequest request;
  request.sessions = *chosen;
  request.quarantine = !options.no_quarantine;
  request.force = options.force;
  Decision decision = plan::purge(look.snapshot, request);

  CarryOut carry;
  carry.command = "purge-creds";
  carry.schema = "wasession.purge-creds/1";
  carry.dry_run = options.dry_run;
  carry.confirmed = options.yes || options.force;
  carry.nothing_to_do = "There is no such credential: nothing to purge.";
  if (request.quarantine) {
    carry.epilogue = "wasession restore --list shows what waits in quarantine, for 30 days.";
  }
  carry.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double>(options.timeout));
  return carry_out(global, carry, look, options.selectors, std::move(decision));
}

}  // namespace

void add_purge_creds(CLI::App& app, const GlobalOptions& global, int* exit_code) {
  auto options = std::make_shared<PurgeOptions>();
  CLI::App* const purge = app.add_subcommand(
      "purge-creds", "Remove credentials, and nothing else, to where restore finds them");
  purge->add_option("SESSION", options->selectors, kSessionHelp)->type_name("");
  purge->add_flag("--stale", options->stale,
                  "Only those unused for over 30 days (filters narrow each other)");
  purge->add_flag("--logged-out", options->logged_out, "Only those that WhatsApp has removed");
  purge->add_option("--older-than", options->older_than, "Only those not used since: 45d, a date")
      ->type_name("AGE");
  purge->add_flag("--no-quarantine", options->no_quarantine, "Delete for good, at once");
  purge->add_flag("--force", options->force, "Disconnect who uses them first, and do not ask");
  purge->add_option("--timeout", options->timeout, "How long a process may take to end")
      ->type_name("SECONDS")
      ->check(check_timeout)
      ->capture_default_str();
  purge->add_flag("--dry-run", options->dry_run, "Show what would be done, and do nothing");
  purge->add_flag("-y,--yes", options->yes, "Do not ask");
  finish_command(*purge);
  purge->callback([options, &global, exit_code] { *exit_code = run_purge(global, *options); });
}

}  // namespace wasession::cmd

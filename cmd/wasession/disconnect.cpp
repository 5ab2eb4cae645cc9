#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "carry_out.h"
#include "commands.h"
#include "examine.h"
#include "interruption.h"
#include "judge/remedies.h"
#include "model/selector.h"
#include "observe/deeper.h"
#include "plan/plan.h"
#include "rivals.h"

namespace wasession::cmd {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct DisconnectOptions {
  std::vector<std::string> selectors;
  std::vector<std::string> keep;
  bool force = false;
  double timeout = 10;
  bool dry_run = false;
  bool yes = false;
};

std::optional<int> pid_of(const std::string& selector) {
  constexpr std::string_view kPrefix = "pid:";
  if (!selector.starts_with(kPrefix)) return std::nullopt;
  int pid = 0;
  const char* const end = selector.data() + selector.size();
  const auto [rest, error] = std::from_chars(selector.data() + kPrefix.size(), end, pid);
  if (error != std::errc() || rest != end) return std::nullopt;
  return pid;
}

/// Sockets, logs and memories: everything that may show a rival.
Look look_closely(const GlobalOptions& global, const std::vector<std::string>& selectors,
                  const observe::SeenConnections& seen) {
  Look look = look_at_machine(global, selectors, seen);
  examine(global, {look.snapshot.taken_at - 24h, {}}, look);
  observe::look_into_memories(look.snapshot, all_sessions(look.snapshot), look.scope);
  return look;
}

/// The positions that selectors mean, `pid:N` apart; nothing, with the error printed, when one
/// means none.
struct Meant {
  std::vector<std::size_t> sessions;
  std::vector<int> pids;
  bool names_sessions = false;
};

std::optional<Meant> meant_by(const GlobalOptions& global, const Look& look,
                              const std::vector<std::string>& selectors) {
  Meant meant;
  std::vector<std::string> others;
  for (const std::string& selector : selectors) {
    if (const auto pid = pid_of(selector))
      meant.pids.push_back(*pid);
    else
      others.push_back(selector);
  }
  // A process that holds nothing is an error, as everywhere.
  if (!chosen_sessions(global, look, selectors)) return std::nullopt;
  meant.names_sessions = !others.empty();
  if (others.empty()) return meant;
  meant.sessions =
      select_sessions(look.snapshot, absolute_selectors(others, look.environment)).sessions;
  return meant;
}

/// Only then it is known which of the copies somebody wants.
bool is_copy_of_kept(const Snapshot& snapshot, const Session& session,
                     const std::set<std::string>& kept) {
  return session.credential_group &&
         std::ranges::any_of(snapshot.sessions, [&](const Session& other) {
           return other.credential_group == session.credential_group && kept.contains(other.id);
         });
}

/// The copies whose users were stopped are copies still.
std::string advice(const Snapshot& snapshot, const Decision& decision) {
  std::set<std::string> kept;
  for (const Kept& keeper : decision.kept) kept.insert(keeper.session);
  std::string lines;
  for (const Step& step : decision.plan) {
    if (!step.watch) continue;
    for (const std::string& id : step.watch->sessions) {
      const auto session = std::ranges::find(snapshot.sessions, id, &Session::id);
      if (session == snapshot.sessions.end() || kept.contains(id)) continue;
      if (!is_copy_of_kept(snapshot, *session, kept)) continue;
      lines += fmt::format(
          "The copy is still there; so that nobody uses it again: wasession "
          "purge-creds {}\n",
          judge::quoted(id));
    }
  }
  if (!lines.empty()) lines.pop_back();
  return lines;
}

int run_disconnect(const GlobalOptions& global, const DisconnectOptions& options) {
  recover(global, options.dry_run);
  std::vector<std::string> looked_at = options.selectors;
  looked_at.insert(looked_at.end(), options.keep.begin(), options.keep.end());
  const bool in_conflict = options.selectors.empty();
  const LookClosely closely = [&](const GlobalOptions& options_of_look,
                                  const observe::SeenConnections& seen) {
    return look_closely(options_of_look, looked_at, seen);
  };
  const Look look =
      in_conflict ? look_for_rivals(global, looked_at, kLongestRetry, closely, plan::may_be_a_fight)
                  : closely(global, {});
  if (in_conflict && *Interruption::flag() != 0) {
    print_error("interrupted while it looked: nothing was done");
    return kAnswerIsNo;
  }
  const auto meant = meant_by(global, look, options.selectors);
  if (!meant) return kWrongUsage;
  GlobalOptions silent = global;
  silent.quiet = true;  // the warnings were printed once
  std::optional<Meant> keep = Meant{};
  if (!options.keep.empty()) keep = meant_by(silent, look, options.keep);
  if (!keep) return kWrongUsage;

  plan::DisconnectRequest request;
  if (meant->names_sessions) request.sessions = meant->sessions;
  request.pids = meant->pids;
  request.keep = keep->sessions;
  request.keep_pids = keep->pids;
  request.force = options.force;
  Decision decision = plan::disconnect(look.snapshot, request);

  CarryOut carry;
  carry.command = "disconnect";
  carry.schema = "wasession.disconnect/1";
  carry.dry_run = options.dry_run;
  carry.confirmed = options.yes || options.force;
  carry.nothing_to_do = in_conflict ? "No credential is in use twice on this machine: there is "
                                      "nothing to disconnect."
                                    : "Nobody uses it: there is nothing to disconnect.";
  carry.epilogue = advice(look.snapshot, decision);
  carry.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double>(options.timeout));
  return carry_out(global, carry, look, looked_at, std::move(decision));
}

}  // namespace

void add_disconnect(CLI::App& app, const GlobalOptions& global, int* exit_code) {
  auto options = std::make_shared<DisconnectOptions>();
  CLI::App* const disconnect = app.add_subcommand(
      "disconnect",
      "Stop who uses a credential, so that it stays stopped; without SESSION, end "
      "every conflict and keep the right one");
  disconnect->add_option("SESSION", options->selectors, kSessionHelp)->type_name("");
  disconnect
      ->add_option("--keep", options->keep,
                   "Who holds this one stays (repeatable; pid:N keeps that process)")
      ->type_name("SESSION")
      ->allow_extra_args(false);
  disconnect->add_flag("--force", options->force,
                       "Stop on likely evidence too, kill what does not end, and do not ask");
  disconnect->add_option("--timeout", options->timeout, "How long a process may take to end")
      ->type_name("SECONDS")
      ->check(check_timeout)
      ->capture_default_str();
  disconnect->add_flag("--dry-run", options->dry_run, "Show what would be done, and do nothing");
  disconnect->add_flag("-y,--yes", options->yes, "Do not ask");
  finish_command(*disconnect);
  disconnect->callback(
      [options, &global, exit_code] { *exit_code = run_disconnect(global, *options); });
}

}  // namespace wasession::cmd

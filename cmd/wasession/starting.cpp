#include "starting.h"

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "carry_out.h"
#include "model/selector.h"
#include "observe/files/files.h"
#include "observe/holders/leases.h"
#include "observe/processes/processes.h"
#include "plan/plan.h"
#include "plan/start.h"
#include "progress_line.h"
#include "report/redact.h"
#include "report/refusal.h"
#include "terminal.h"

namespace wasession::cmd {
namespace {

using namespace std::chrono_literals;

/// After a take-over the kernel frees the lock when the process is gone, which may be a moment
/// after it was seen to end.
constexpr auto kFreedWithin = 1s;

Time now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// What the user must say besides; empty when it is clear what the command uses.
std::string why_unclear(const Snapshot& snapshot, const Start& start, const RunOptions& options) {
  if (start.claims.empty()) {
    const auto accounts = plan::accounts_of(snapshot);
    if (accounts.empty()) {
      return "there is no WhatsApp credential here: name the account with --account NUMBER";
    }
    return fmt::format(
        "there are {} accounts here, and nothing tells which one the command uses: name it with "
        "--session or --account; wasession list shows them",
        accounts.size());
  }
  if (!start.strays.empty()) {
    const Session& stray = snapshot.sessions[start.strays.front()];
    return fmt::format(
        "the command uses {} (account {}), which is not what --session or --account says", stray.id,
        account_key(stray));
  }
  if (options.per_device && start.uses.empty()) {
    return "--per-device needs to know which device the command uses: name it with --session; "
           "wasession list shows them";
  }
  return "";
}

}  // namespace

Starting::Starting(const GlobalOptions& global, const RunOptions& options, lease::Leases& leases)
    : global_(global),
      options_(options),
      leases_(leases),
      deadline_(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(options.wait))) {}

std::chrono::milliseconds Starting::time_left() const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
  return std::max(left, 0ms);
}

std::optional<int> Starting::prepare() {
  // Of many that want one account all but one end here, before the look at the whole machine.
  if (!options_.account.empty() && options_.selectors.empty()) {
    const Result claimed = claim({{options_.account, ""}});
    if (claimed.step == Step::refused) return claimed.status;
    // For those who lose to it while it looks.
    write_record();
  }
  while (true) {
    const Result result = try_once();
    if (result.step == Step::ready) {
      write_record();
      note_unknown_account();
      print_late_warnings();
      return std::nullopt;
    }
    if (result.step == Step::refused) return result.status;
  }
}

Starting::Result Starting::try_once() {
  look_ = look_at_machine(global_, options_.selectors);
  const auto named = named_sessions();
  if (!named) return {Step::refused, kWrongUsage};
  plan::StartRequest request{*named, options_.account, options_.per_device, options_.command,
                             look_.environment.variables};
  start_ = plan::start(look_.snapshot, request);
  if (const std::string why = why_unclear(look_.snapshot, start_, options_); !why.empty()) {
    print_error(global_.redact ? report::redact_text(why, look_.snapshot) : why);
    return {Step::refused, kWrongUsage};
  }
  if (const Result claimed = claim(start_.claims); claimed.step != Step::ready) return claimed;
  if (const Result faced = face_rivals(); faced.step != Step::ready) return faced;
  return lock_rivals_out();
}

std::optional<std::vector<std::size_t>> Starting::named_sessions() {
  if (options_.selectors.empty()) return std::vector<std::size_t>();
  Selection selection =
      select_sessions(look_.snapshot, absolute_selectors(options_.selectors, look_.environment));
  if (!selection.error) return std::move(selection.sessions);
  print_error(global_.redact ? report::redact_text(*selection.error, look_.snapshot)
                             : *selection.error);
  return std::nullopt;
}

Starting::Result Starting::cannot(const std::string& why) {
  print_error(why);
  return {Step::refused, kCannot};
}

Starting::Result Starting::claim(const std::vector<Claim>& claims) {
  const auto before = Clock::now();
  for (const Claim& wanted : claims) {
    lease::Attempt attempt = leases_.take(wanted, {took_over_ ? kFreedWithin : 0ms, {}});
    if (attempt.answer == lease::Answer::held && !options_.take_over && time_left() > 0ms) {
      announce(report::lease_text(wanted, holder_of(wanted, attempt.holder), now()));
      attempt = wait_for(wanted);
    }
    if (attempt.answer == lease::Answer::cannot) return cannot(attempt.why);
    if (attempt.answer == lease::Answer::taken) continue;
    const std::optional<Process> process = holder_of(wanted, attempt.holder);
    return refuse(report::lease_text(wanted, process, now()),
                  process ? std::vector{process->identity.pid} : std::vector<int>());
  }
  // What was seen before the wait may be over.
  const bool waited = Clock::now() - before > 50ms;
  return {waited && !look_.snapshot.host.empty() ? Step::again : Step::ready, 0};
}

lease::Attempt Starting::wait_for(const Claim& wanted) {
  WaitLine line(!global_.quiet);
  lease::Patience patience{time_left(), {}};
  const std::string what = fmt::format("waiting for the lease of {}", wanted.account);
  patience.waiting = [&](std::chrono::milliseconds waited) {
    line.show(what, waited, patience.wait);
  };
  return leases_.take(wanted, patience);
}

/// Says once, where it is wanted, for whom it waits: a refusal later on still begins with its own
/// sentence for who did not ask.
void Starting::announce(const std::string& refusal) {
  if (!global_.verbose || std::exchange(announced_, true)) return;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(time_left()).count();
  print_error(fmt::format("waiting up to {} s for another session to end:", seconds));
  const std::string who = refusal.substr(refusal.find('\n') + 1);
  write_output(global_.redact ? report::redact_text(who, look_.snapshot) : who, STDERR_FILENO);
}

/// Who took the lease, as its file says; where that process has ended, one that inherited it.
std::optional<Process> Starting::holder_of(const Claim& claim,
                                           const std::optional<LeaseRecord>& record) {
  if (record) {
    if (auto process = observe::process_with(record->process.pid)) return process;
  }
  if (look_.snapshot.host.empty()) look_ = look_at_machine(global_, options_.selectors);
  for (const Lease& lease : look_.snapshot.leases) {
    if (lease.record.claim.account == claim.account) {
      return look_.snapshot.processes[lease.process];
    }
  }
  return std::nullopt;
}

Starting::Result Starting::face_rivals() {
  if (start_.rivals.empty()) return {};
  std::set<int> pids;
  for (const Rival& rival : start_.rivals) {
    pids.insert(look_.snapshot.processes[rival.process].identity.pid);
  }
  const Snapshot redacted = global_.redact ? report::redact(look_.snapshot) : Snapshot();
  const Snapshot& shown = global_.redact ? redacted : look_.snapshot;
  return refuse(report::rivals_text(shown, start_.rivals), {pids.begin(), pids.end()});
}

Starting::Result Starting::lock_rivals_out() {
  for (const RivalLock& lock : start_.locks) {
    const lease::Attempt attempt = leases_.take(lock, warnings_);
    if (attempt.answer == lease::Answer::cannot) {
      return cannot(attempt.why + "; without it nothing keeps " +
                    look_.snapshot.sessions[lock.session].id + " from connecting");
    }
    if (attempt.answer == lease::Answer::no_room) {
      warnings_.push_back({lock.path, attempt.why + "; no other program can make it either"});
    }
    if (attempt.answer != lease::Answer::held) continue;
    std::string command;
    if (attempt.pid != 0) {
      command = fmt::format("wasession disconnect pid:{} --force", attempt.pid);
    } else if (lock.tool == Tool::wacli) {
      command = "sudo wasession disconnect " + look_.snapshot.sessions[lock.session].id;
    }
    return refuse(report::rival_lock_text(attempt.why, command),
                  attempt.pid != 0 ? std::vector{attempt.pid} : std::vector<int>());
  }
  return {};
}

Starting::Result Starting::refuse(const std::string& text, const std::vector<int>& pids) {
  if (options_.take_over && !took_over_) {
    took_over_ = true;
    if (!pids.empty() && take_over(pids)) return {Step::again, 0};
  }
  if (time_left() > 0ms) {
    announce(text);
    wait_until_one_ends(pids);
    return {Step::again, 0};
  }
  const std::string shown = global_.redact ? report::redact_text(text, look_.snapshot) : text;
  write_output(shown, STDERR_FILENO);
  print_late_warnings();
  return {Step::refused, kTryLater};
}

bool Starting::take_over(const std::vector<int>& pids) {
  if (look_.snapshot.host.empty()) look_ = look_at_machine(global_, options_.selectors);
  plan::DisconnectRequest request;
  request.sessions = std::vector<std::size_t>();
  request.pids = pids;
  request.force = true;
  request.whole_processes = true;
  Decision decision = plan::disconnect(look_.snapshot, request);
  // Whether somebody comes back is seen by the next look, under the lease.
  std::erase_if(decision.plan, [](const wasession::Step& step) {
    return step.kind == StepKind::watch_for_return;
  });
  GlobalOptions global = global_;
  global.json = false;
  CarryOut carry;
  carry.command = "run --take-over";
  carry.confirmed = true;
  carry.on_stderr = true;
  return carry_out(global, carry, look_, options_.selectors, std::move(decision)) == kDone;
}

void Starting::wait_until_one_ends(const std::vector<int>& pids) const {
  constexpr auto kBetweenLooks = 500ms;
  WaitLine line(!global_.quiet);
  const auto begin = Clock::now();
  const auto until = std::min(deadline_, begin + kBetweenLooks);
  const auto lives = [](int pid) {
    const auto process = observe::process_with(pid);
    return process && !process->zombie;
  };
  while (Clock::now() < until && std::ranges::all_of(pids, lives)) {
    std::this_thread::sleep_for(5ms);
    line.show("waiting for the other session to end", std::chrono::milliseconds(0), time_left());
  }
}

void Starting::print_late_warnings() const {
  print_warnings(global_, warnings_);
  print_warnings(
      global_, global_.redact ? report::redact(look_.snapshot).warnings : look_.snapshot.warnings);
}

void Starting::note_unknown_account() const {
  if (options_.account.empty() || global_.quiet) return;
  const bool known = std::ranges::any_of(look_.snapshot.sessions, [&](const Session& session) {
    return account_key(session) == options_.account;
  });
  if (known) return;
  print_error(
      "there is no credential of that account here yet: only its lease is taken, and nothing keeps "
      "programs away that do not know it");
}

void Starting::write_record() {
  const auto self = observe::process_with(::getpid());
  if (!self) return;
  LeaseRecord record;
  record.process = self->identity;
  record.since = now();
  record.command = observe::base_name(options_.command.front());
  for (const std::size_t i : start_.uses) {
    record.stores.push_back(look_.snapshot.sessions[i].store.path);
  }
  leases_.write_record(std::move(record));
}

}  // namespace wasession::cmd

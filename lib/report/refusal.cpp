#include "report/refusal.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/escape.h"
#include "report/process_words.h"

namespace wasession::report {
namespace {

constexpr std::size_t kMostRivals = 8;

/// Without colour, on a terminal too: the words are looked for where they begin.
std::string heading() {
  return std::string(kRefusal) + "\n";
}

std::string cure(const std::string& command) {
  return "To disconnect it: " + printable(command) + "\n";
}

std::string account_words(const Session& session) {
  const auto& phone = session.credential.account.phone;
  return phone ? printable(*phone) : "the account";
}

std::string rival_text(const Snapshot& snapshot, const Rival& rival) {
  const Session& session = snapshot.sessions[rival.session];
  const auto& fingerprint = session.credential.fingerprint;
  std::string what;
  if (!rival.same_credential)
    what = fmt::format(" (another linked device of {})", account_words(session));
  else if (fingerprint)
    what = fmt::format(" (this credential, {})", fingerprint->short_hex());
  return fmt::format("  {}{} is used by\n    {}\n  {}", printable(session.id), what,
                     who_words(snapshot.processes[rival.process], snapshot.taken_at),
                     cure(rival.command));
}

}  // namespace

std::string rivals_text(const Snapshot& snapshot, std::span<const Rival> rivals) {
  std::string text = heading();
  for (const Rival& rival : rivals.first(std::min(rivals.size(), kMostRivals))) {
    text += rival_text(snapshot, rival);
  }
  if (rivals.size() > kMostRivals) {
    text += fmt::format("  … and {} more: wasession who-holds\n", rivals.size() - kMostRivals);
  }
  const bool only_devices = std::ranges::none_of(rivals, &Rival::same_credential);
  if (only_devices) {
    text +=
        "  Linked devices of one account do not replace each other: --session with --per-device "
        "lets them be.\n";
  }
  return text;
}

std::string lease_text(const Claim& claim, const std::optional<Process>& process, Time now) {
  std::string text = heading();
  if (!process) {
    return text + fmt::format(
                      "  The lease of {} is taken by a process that can't be seen from "
                      "here; as root: wasession who-holds\n",
                      printable(claim.account));
  }
  text += fmt::format("  The lease of {} is held by\n    {}\n", printable(claim.account),
                      who_words(*process, now));
  return text + "  " + cure(fmt::format("wasession disconnect pid:{}", process->identity.pid));
}

std::string rival_lock_text(const std::string& why, const std::string& command) {
  std::string text = heading() + "  " + printable(why) + "\n";
  if (!command.empty()) text += "  " + cure(command);
  return text;
}

}  // namespace wasession::report

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "report/escape.h"
#include "report/process_words.h"
#include "report/who_holds.h"

namespace wasession::report {
namespace {

constexpr std::string_view kIndent = "            ";

Tone tone_of(Strength strength) {
  switch (strength) {
    case Strength::certain:
      return Tone::bad;
    case Strength::likely:
      return Tone::attention;
    case Strength::possible:
      return Tone::faint;
  }
  return Tone::plain;
}

std::string connection_words(const Process& process) {
  if (!process.readable) return "its connections can't be seen";
  std::string words;
  for (const Connection& connection : process.connections) {
    words += fmt::format("{}{}", words.empty() ? "" : ", ", connection.remote);
    if (connection.state != kEstablished) words += fmt::format(" ({})", connection.state);
    if (connection.through_proxy) words += " (its proxy)";
  }
  if (words.empty()) return "no connection to WhatsApp at this moment";
  return (established(process.connections) > 0 ? "connected to " : "not connected now: ") + words;
}

std::string heading(const Session& session, const Style& style) {
  std::string text = style.paint(Tone::heading, printable(session.id));
  const CredentialReading& credential = session.credential;
  if (credential.jid) {
    text += "  " + printable(credential.jid->user);
    if (credential.jid->device) text += fmt::format(" device {}", *credential.jid->device);
  }
  if (credential.fingerprint) text += "  " + credential.fingerprint->short_hex();
  return text + "\n";
}

/// `certain  pid 4711  openclaw-gateway`, the command cut to the terminal.
std::string process_line(std::string_view word, Tone tone, const Process& process,
                         std::size_t width, const Style& style) {
  const std::string pid = std::to_string(process.identity.pid);
  const std::string front = fmt::format("  {:<9} pid {}  ", word, pid);
  constexpr std::size_t kLongestCommand = 200;
  const std::size_t room =
      std::min(kLongestCommand, width > front.size() + 8 ? width - front.size() : 8);
  return "  " + style.paint(tone, fmt::format("{:<9}", word)) + fmt::format(" pid {}  ", pid) +
         cut_middle(printable(process.command), room) + "\n";
}

std::string holder_text(const Snapshot& snapshot, const Holder& holder, std::size_t width,
                        const Style& style) {
  const Process& process = snapshot.processes[holder.process];
  std::string text =
      process_line(to_string(holder.confidence), tone_of(holder.confidence), process, width, style);
  for (const Evidence& evidence : holder.evidence) {
    text += fmt::format("{}{}\n", kIndent, printable(evidence.detail));
  }
  text += fmt::format("{}{}\n", kIndent, connection_words(process));
  if (holder.two_sockets) {
    text += std::string(kIndent) +
            style.paint(Tone::attention, "more connections than credentials (two-sockets)") +
            ": a transfer of media, or, if it stays so, it replaces itself\n";
  }
  return text + fmt::format("{}{}\n", kIndent, process_words(process, snapshot.taken_at));
}

std::string unheld_text(const Snapshot& snapshot, const std::vector<std::size_t>& unheld,
                        const Style& style) {
  constexpr std::size_t kNamed = 12;
  if (unheld.empty()) return {};
  std::string names;
  for (std::size_t i = 0; i < std::min(unheld.size(), kNamed); ++i) {
    names += (i == 0 ? "" : ", ") + printable(snapshot.sessions[unheld[i]].id);
  }
  if (unheld.size() > kNamed) names += fmt::format(" and {} more", unheld.size() - kNamed);
  const bool saw_all = snapshot.processes_unreadable == 0 && !snapshot.processes_hidden;
  return style.paint(Tone::heading, saw_all ? "Held by nobody:" : "Holder unknown:") + " " + names +
         "\n";
}

std::string strangers_text(const Snapshot& snapshot, std::size_t width, const Style& style) {
  if (snapshot.strangers.empty()) return {};
  std::string text = style.paint(Tone::heading,
                                 "Connected to WhatsApp's networks (Facebook's "
                                 "too), and tied to none of these sessions:") +
                     "\n";
  for (const std::size_t position : snapshot.strangers) {
    const Process& process = snapshot.processes[position];
    text += process_line("", Tone::plain, process, width, style);
    text += fmt::format("{}{}\n{}{}\n", kIndent, connection_words(process), kIndent,
                        process_words(process, snapshot.taken_at));
  }
  return text;
}

std::string unseen_text(const Snapshot& snapshot) {
  std::string text;
  if (snapshot.processes_hidden && snapshot.processes_seen == 0) {
    text += "No process can be seen here: /proc is not mounted.\n";
  } else if (snapshot.processes_hidden) {
    text += "This system shows nobody's processes but one's own (hidepid); root sees all.\n";
  }
  if (snapshot.processes_unreadable > 0) {
    text += fmt::format(
        "{} of {} processes could not be looked into; root (with CAP_SYS_PTRACE, in "
        "a container) can.\n",
        snapshot.processes_unreadable, snapshot.processes_seen);
  }
  return text;
}

}  // namespace

std::string who_holds_text(const Snapshot& snapshot, std::span<const std::size_t> positions,
                           std::size_t width, const Style& style) {
  std::string text;
  std::vector<std::size_t> unheld;
  for (const std::size_t position : positions) {
    const Session& session = snapshot.sessions[position];
    if (session.holders.empty()) {
      unheld.push_back(position);
      continue;
    }
    text += heading(session, style);
    for (const Holder& holder : session.holders) {
      text += holder_text(snapshot, holder, width, style);
    }
    text += "\n";
  }
  return text + unheld_text(snapshot, unheld, style) + strangers_text(snapshot, width, style) +
         unseen_text(snapshot);
}

}  // namespace wasession::report

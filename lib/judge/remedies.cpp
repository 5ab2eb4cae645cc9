#include "judge/remedies.h"

#include <algorithm>

#include <fmt/format.h>

namespace wasession::judge {
namespace {

/// Stands for itself in every shell, wherever a word has it.
bool is_plain(char c) {
  constexpr std::string_view kPlain = "_@%+:,./-";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kPlain.find(c) != std::string_view::npos;
}

bool is_printable_ascii(char c) {
  return c >= ' ' && c <= '~';
}

/// `\ooo`: three octal digits, so that a digit after it is not taken for a fourth.
std::string octal(char c) {
  return fmt::format("\\{:03o}", static_cast<unsigned char>(c));
}

std::string with_escapes(std::string_view text) {
  std::string word = "$'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') {
      word += '\\';
      word += c;
    } else if (is_printable_ascii(c)) {
      word += c;
    } else {
      word += octal(c);
    }
  }
  return word + "'";
}

/// The word of an option-taking command that is no option, whatever it begins with.
std::string operand(std::string_view text) {
  return (text.starts_with('-') ? "-- " : "") + quoted(text);
}

/// `openclaw`, with the profile that the session's id names: `openclaw@work/default`.
std::string openclaw_command(const Session& session) {
  const std::string_view id = session.id;
  constexpr std::string_view kPrefix = "openclaw@";
  if (!id.starts_with(kPrefix)) return "openclaw";
  const std::string_view profile = id.substr(kPrefix.size(), id.find('/') - kPrefix.size());
  return "openclaw --profile=" + quoted(profile);
}

std::string wacli_command(const Session& session) {
  const std::string_view path = session.store.path;
  return "wacli --store=" + quoted(path.substr(0, path.rfind('/')));
}

/// OpenClaw's logout deletes the directory that its configuration gives the account: of one that it
/// does not name, it would delete another.
bool is_configured_openclaw(const Session& session) {
  return session.store.tool == Tool::openclaw && session.store.configured;
}

std::string openclaw_channel(const Session& session, std::string_view verb) {
  return fmt::format("{} channels {} --channel whatsapp --account={}", openclaw_command(session),
                     verb, quoted(session.name));
}

}  // namespace

std::string quoted(std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  if (!std::all_of(text.begin(), text.end(), is_printable_ascii)) return with_escapes(text);
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += R"('\'')";
    } else {
      word += c;
    }
  }
  return word + "'";
}

std::string comment(std::string_view text) {
  std::string line = "# ";
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    line += control ? octal(c) : std::string(1, c);
  }
  return line;
}

std::string stop_command(const Process& process) {
  if (process.supervisor && process.supervisor->kind == SupervisorKind::kubernetes) {
    return comment("Scale down what runs the pod " + process.supervisor->unit +
                   ": stopped, it would be replaced.");
  }
  return fmt::format("wasession disconnect pid:{} --force", process.identity.pid);
}

std::string stop_command(std::span<const Process* const> processes, const Process& kept) {
  std::string command = "wasession disconnect";
  for (const Process* const process : processes) {
    command += fmt::format(" pid:{}", process->identity.pid);
  }
  return fmt::format("{} --keep pid:{} --force", command, kept.identity.pid);
}

std::vector<std::string> restart_commands(const Process& process) {
  const std::string unit = process.supervisor ? process.supervisor->unit : "";
  const auto kind = process.supervisor ? process.supervisor->kind : SupervisorKind::shell;
  if (!unit.empty()) {
    if (kind == SupervisorKind::systemd) return {"systemctl restart " + operand(unit)};
    if (kind == SupervisorKind::systemd_user) return {"systemctl --user restart " + operand(unit)};
    if (kind == SupervisorKind::pm2) return {"pm2 restart " + operand(unit)};
    if (kind == SupervisorKind::docker) return {"docker restart " + operand(unit)};
    if (kind == SupervisorKind::podman) return {"podman restart " + operand(unit)};
  }
  return {stop_command(process), comment("Then start it again as it was started before.")};
}

std::vector<std::string> relink_commands(const Session& session) {
  if (is_configured_openclaw(session)) {
    return {openclaw_channel(session, "logout"), openclaw_channel(session, "login")};
  }
  if (session.store.tool == Tool::wacli) {
    return {wacli_command(session) + " auth logout", wacli_command(session) + " auth"};
  }
  return {purge_command(session), comment("Then start its program again and scan the QR code.")};
}

std::string purge_command(const Session& session) {
  return "wasession purge-creds " + quoted(session.id);
}

}  // namespace wasession::judge

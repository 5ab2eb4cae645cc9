// Which stores a command line is about to use, as the programs' own rules tell (openclaw.md section
// 1, wacli.md section 1).
#include <algorithm>
#include <array>
#include <string_view>

#include "plan/start.h"

namespace wasession::plan {
namespace {

using Words = std::vector<std::string>;

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// `--name VALUE` or `--name=VALUE`, wherever it stands; empty when it does not.
std::string option(const Words& words, const std::string& name) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == name && i + 1 < words.size()) return words[i + 1];
    if (words[i].starts_with(name + "=")) return words[i].substr(name.size() + 1);
  }
  return "";
}

/// What `env` is told to set, or an option of what stands before the program.
bool is_setting(std::string_view word) {
  return word.starts_with('-') || word.find('=') < word.find('/');
}

/// The command's program: also what an interpreter or `env` is told to run.
bool runs(const Words& words, std::string_view program) {
  constexpr int kMostWords = 4;
  int seen = 0;
  for (const std::string& word : words) {
    if (is_setting(word)) continue;
    if (++seen > kMostWords) break;
    const std::string_view name = base_name(word);
    if (name == program || name == std::string(program) + ".mjs" ||
        word.find("/" + std::string(program) + "/dist/") != std::string::npos) {
      return true;
    }
  }
  return false;
}

std::string variable(const StartRequest& request, std::string_view name) {
  const std::string assignment = std::string(name) + "=";
  for (const std::string& word : request.command) {
    if (word.starts_with(assignment)) return word.substr(assignment.size());
  }
  const auto found = request.variables.find(name);
  return found == request.variables.end() ? "" : found->second;
}

/// `openclaw@PROFILE/…`: ids of stores in a profile's state directory.
bool is_of_profile(const Session& session, const std::string& profile) {
  const bool has_profile = session.id.find("openclaw@") != std::string::npos;
  if (profile.empty()) return !has_profile;
  return session.id.find("openclaw@" + profile + "/") != std::string::npos;
}

std::string profile_of(const StartRequest& request) {
  if (std::ranges::find(request.command, "--dev") != request.command.end()) return "dev";
  std::string profile = option(request.command, "--profile");
  if (profile.empty()) profile = variable(request, "OPENCLAW_PROFILE");
  return profile == "default" ? "" : profile;
}

bool is_used_by_openclaw(const Session& session, const StartRequest& request) {
  if (session.store.tool != Tool::openclaw || !session.store.configured) return false;
  return is_of_profile(session, profile_of(request));
}

bool is_used_by_wacli(const Session& session, const StartRequest& request) {
  if (session.store.tool != Tool::wacli) return false;
  std::string store = option(request.command, "--store");
  const std::string account = option(request.command, "--account");
  if (store.empty() && account.empty()) store = variable(request, "WACLI_STORE_DIR");
  while (store.size() > 1 && store.ends_with('/')) store.pop_back();
  const std::string_view folder =
      std::string_view(session.store.path).substr(0, session.store.path.rfind('/'));
  // A relative or linked path can't be told from here: then it may be any.
  if (store.starts_with('/')) return folder == store;
  return account.empty() || session.name == account;
}

}  // namespace

std::vector<std::size_t> sessions_of_command(const Snapshot& snapshot,
                                             const StartRequest& request) {
  const bool openclaw = runs(request.command, "openclaw");
  const bool wacli = runs(request.command, "wacli");
  std::vector<std::size_t> sessions;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    if ((openclaw && is_used_by_openclaw(session, request)) ||
        (wacli && is_used_by_wacli(session, request))) {
      sessions.push_back(i);
    }
  }
  return sessions;
}

}  // namespace wasession::plan

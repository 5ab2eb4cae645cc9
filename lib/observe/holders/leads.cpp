// The weaker rules: what a process was told, and where it stands.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "observe/config/dotenv.h"
#include "observe/files/files.h"
#include "observe/holders/evidence.h"
#include "observe/places/openclaw_paths.h"

namespace wasession::observe {
namespace {

/// How far below a directory that was named, or stood in, a store still counts as meant:
/// `/srv/bot` for `/srv/bot/data/auth/main`.
constexpr int kLevels = 3;

/// Where a system keeps its own programs: shells, editors, pagers, and the tools of a pipeline.
constexpr std::array<std::string_view, 4> kSystemDirectories = {"/bin", "/usr/bin", "/sbin",
                                                                "/usr/sbin"};
/// The programs there that run other people's: `python3.11`, `node`.
constexpr std::array<std::string_view, 10> kInterpreters = {
    "node", "nodejs", "bun", "deno", "python", "java", "ruby", "php", "perl", "dotnet"};

/// Variables that name a directory of everybody's, or that rules of their own read.
constexpr std::array<std::string_view, 8> kIgnoredVariables = {
    "HOME", "PWD", "OLDPWD", "TMPDIR", "SHELL", "PATH", "_", "INIT_CWD"};
constexpr std::array<std::string_view, 3> kIgnoredPrefixes = {"OPENCLAW_", "CLAWDBOT_", "XDG_"};

/// Somebody who only stands in a bot's directory: a system's tool without a connection to WhatsApp.
bool is_bystander(const Witness& witness) {
  const std::string_view executable = witness.reading.executable;
  const std::string_view directory = parent_path(executable);
  const std::string_view name = base_name(executable);
  const bool is_tool = std::find(kSystemDirectories.begin(), kSystemDirectories.end(), directory) !=
                       kSystemDirectories.end();
  const bool interprets =
      std::any_of(kInterpreters.begin(), kInterpreters.end(),
                  [&](std::string_view interpreter) { return name.starts_with(interpreter); });
  return is_tool && !interprets && witness.connections == 0;
}

bool is_ignored(std::string_view variable) {
  return std::find(kIgnoredVariables.begin(), kIgnoredVariables.end(), variable) !=
             kIgnoredVariables.end() ||
         std::any_of(kIgnoredPrefixes.begin(), kIgnoredPrefixes.end(),
                     [&](std::string_view prefix) { return variable.starts_with(prefix); });
}

/// A directory above more stores than the process could be connected with says nothing of any of
/// them; a server of many sessions has a connection for each.
std::vector<NearStore> unless_vague(const Witness& witness, std::vector<NearStore> stores) {
  constexpr std::size_t kFew = 16;
  if (stores.size() > std::max(kFew, 2 * witness.connections)) stores.clear();
  return stores;
}

Strength strength_of(const Witness& witness) {
  return witness.connections > 0 ? Strength::likely : Strength::possible;
}

/// The stores that a text which may be a path leads to.
std::vector<NearStore> named_stores(const Witness& witness, std::string_view text) {
  constexpr std::size_t kLongestPath = 4096;
  if (text.empty() || text.size() > kLongestPath) return {};
  const std::string& base = witness.reading.working_directory;
  if (!text.starts_with('/') && base.empty()) return {};
  std::string path(text);
  if (text == "~" || text.starts_with("~/")) {
    path = witness.environment.get("HOME").value_or("~") + path.substr(1);
  }
  // A bare word is a path only where it names a store: `auth`, not each sub-command.
  const bool bare = text.find('/') == std::string_view::npos;
  const Links links = witness.suspect && !bare ? Links::follow : Links::show;
  return unless_vague(witness, witness.stores.near(witness.reading, normal_path(path, base),
                                                   bare ? 0 : kLevels, links));
}

void add(const Witness& witness, const NearStore& near, EvidenceKind kind, std::string detail,
         std::vector<Tie>& ties) {
  const bool known = std::any_of(ties.begin(), ties.end(), [&](const Tie& tie) {
    return tie.store == near.store && tie.evidence.kind == kind;
  });
  if (known) return;  // two arguments prove no more than one
  ties.push_back({near.store, {kind, strength_of(witness), std::move(detail)}, near.levels == 0});
}

std::string_view what_is_named(const NearStore& near) {
  return near.levels == 0 ? "the store" : "a directory above the store";
}

/// The script of `node /srv/bot/index.js` may keep its store beside itself.
std::vector<NearStore> stores_beside(const Witness& witness, std::string_view script) {
  if (!is_javascript_runtime(witness.reading.executable) || !script.starts_with('/')) return {};
  return unless_vague(
      witness, witness.stores.near(witness.reading, std::string(parent_path(script)), kLevels - 1,
                                   Links::show));
}

void add_variable(const Witness& witness, std::string_view name, std::string_view value,
                  const std::string& where, std::vector<Tie>& ties) {
  if (is_ignored(name)) return;
  for (const NearStore& near : named_stores(witness, value)) {
    add(witness, near, EvidenceKind::environment,
        fmt::format("{} {} names {}", where, name, what_is_named(near)), ties);
  }
}

}  // namespace

void command_line(const Witness& witness, std::vector<Tie>& ties) {
  constexpr std::size_t kMostArguments = 256;
  std::size_t position = 0;
  for_each_piece(witness.reading.arguments, [&](std::string_view argument) {
    if (position++ == 0 || position > kMostArguments) return;
    const std::size_t equals =
        argument.starts_with('-') ? argument.find('=') : std::string_view::npos;
    const auto value = equals == std::string_view::npos ? argument : argument.substr(equals + 1);
    if (value.starts_with('-')) return;
    for (const NearStore& near : named_stores(witness, value)) {
      add(witness, near, EvidenceKind::command_line,
          fmt::format("its argument {} names {}", argument, what_is_named(near)), ties);
    }
    if (position != 2) return;
    for (const NearStore& near : stores_beside(witness, value)) {
      NearStore beside = near;
      beside.levels += 1;
      add(witness, beside, EvidenceKind::command_line,
          fmt::format("the store lies beside its program {}", value), ties);
    }
  });
}

void environment(const Witness& witness, std::vector<Tie>& ties) {
  constexpr std::size_t kMostVariables = 1024;
  std::size_t variables = 0;
  for_each_piece(witness.reading.environment, [&](std::string_view variable) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string_view::npos || ++variables > kMostVariables) return;
    add_variable(witness, variable.substr(0, equals), variable.substr(equals + 1), "its variable",
                 ties);
  });
  if (!witness.suspect || witness.reading.working_directory.empty()) return;
  const std::string directory = path_from_here(witness.reading, witness.reading.working_directory);
  for (const auto& [name, value] : read_dotenv(join(directory, openclaw::kDotenvFile))) {
    add_variable(witness, name, value, "the .env file in its working directory says", ties);
  }
}

void working_directory(const Witness& witness, std::vector<Tie>& ties) {
  const ProcessReading& reading = witness.reading;
  if (reading.working_directory.empty() || is_bystander(witness)) return;
  for (const NearStore& near : unless_vague(
           witness,
           witness.stores.near(reading, reading.working_directory, kLevels, Links::show))) {
    // A tool's own place is near somebody's home directory, where many programs stand.
    const Store& store = *witness.stores.stores()[near.store].store;
    const bool tools_own = store.tool == Tool::openclaw || store.tool == Tool::wacli;
    if (near.levels > 0 && tools_own) continue;
    add(witness, near, EvidenceKind::working_directory,
        fmt::format("its working directory {} is {}", reading.working_directory,
                    near.levels == 0 ? "the store, or in it" : "above the store"),
        ties);
  }
}

}  // namespace wasession::observe

/// A machine staged for one test: a home with stores in it, and wasession run there.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/run.h"
#include "support/temporary_directory.h"
#include "support/terminal.h"

namespace wasession::test {

class Machine {
 public:
  using Json = nlohmann::json;
  using Arguments = std::vector<std::string>;

  /// HOME is an empty directory, and no other variable is set.
  Machine();

  /// Copies a Baileys directory of the project's fixtures to `below`, last used just now. Returns
  /// its path.
  std::string add_baileys(const std::string& below, const std::string& fixture) const;

  /// A linked Baileys directory with this creds.json. Returns its path.
  std::string add_credentials(const std::string& below, const Json& creds) const;

  /// Copies a whatsmeow fixture of ../shared to `below`. False, with a message, when it isn't
  /// there.
  bool add_shared(const std::string& below, const std::string& fixture) const;

  /// An OpenClaw state directory (JSON5 configuration, a custom authDir, a copy, a profile), a
  /// bot's directory below `bots/`, and, where ../shared is there, wacli's base store and a second
  /// one. False without the latter.
  bool add_usual_stores() const;

  /// Sets the time of the last change of a file or directory.
  void set_age(const std::string& below, std::chrono::hours age) const;

  /// `wasession ARGS…` in this machine.
  Run run(const Arguments& arguments, const RunOptions& options = {}) const;
  TerminalRun run_on_terminal(unsigned short columns, const Arguments& arguments,
                              const RunOptions& options = {}) const;

  /// `wasession list --json ARGS…`: checks that it succeeds and keeps the contract.
  Json list(const Arguments& arguments = {}) const;

  /// `list` of nothing but this machine's directory.
  Json list_all() const { return list({"--only-root", "--root", path()}); }

  const std::string& path() const { return directory_.path(); }
  std::string path(const std::string& below) const { return directory_.path(below); }
  std::string home() const { return path("home"); }
  const TemporaryDirectory& files() const { return directory_; }

  /// Whom root becomes must own what it lists. run() does this too.
  void hand_over() const;

  Variables environment;

 private:
  TemporaryDirectory directory_;
};

/// The session with this id, or a failed test and `{}`.
nlohmann::json session_of(const nlohmann::json& list, const std::string& id);

/// In the order of the output.
std::vector<std::string> ids_of(const nlohmann::json& list);

/// The creds.json of a fixture of the project.
nlohmann::json creds_of(const std::string& fixture);

}  // namespace wasession::test

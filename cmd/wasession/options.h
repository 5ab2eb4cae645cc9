/// What every command shares: the global options, the exit status, and the way to a Snapshot.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "model/snapshot.h"
#include "observe/environment.h"
#include "observe/observe.h"
#include "registry/registry.h"
#include "report/style.h"

namespace wasession::cmd {

/// The same in every command and every manual page (wasession(1), EXIT STATUS).
/// kTryLater is EX_TEMPFAIL of sysexits(3), so that supervisors try again; the last two are what
/// env(1), nice(1) and shells say of a command that can't be run.
enum Exit : int {
  kDone = 0,
  kAnswerIsNo = 1,
  kWrongUsage = 2,
  kCannot = 3,
  kTryLater = 75,
  kCannotExecute = 126,
  kNoSuchCommand = 127
};

struct GlobalOptions {
  bool json = false;
  bool redact = false;
  std::vector<std::string> roots;
  bool only_root = false;
  std::string registry_path;
  std::string colour = "auto";
  std::vector<std::string> endpoints;
  bool quiet = false;
  bool verbose = false;
};

/// The footer of every command's help.
inline constexpr const char* kExitStatusHelp =
    "EXIT STATUS\n"
    "  0  done, or healthy\n"
    "  1  the answer is no\n"
    "  2  wrong usage, or no such session\n"
    "  3  could not do the job (unreadable, no permission, disk full)\n";

/// What a SESSION may be, in every command's help.
inline constexpr const char* kSessionHelp =
    "Id, glob over ids, phone number, fingerprint prefix, path, or pid:N";

/// What every command's help ends in, and that its options may stand before and behind it. `more`
/// is added to the exit statuses; lines.
void finish_command(CLI::App& command, const std::string& more = "");

/// Refuses a --timeout that is no number of seconds up to a day, also one that is not a number.
std::string check_timeout(const std::string& text);

void add_global_options(CLI::App& app, GlobalOptions& options);

/// One look at the machine, and what was needed for it.
struct Look {
  observe::Environment environment;
  observe::Scope scope;
  std::string registry_file;  ///< empty when there is no home to keep it in
  bool registry_damaged = false;
  std::vector<registry::RememberedSession> remembered_sessions;  ///< in the order of their ids
  Snapshot snapshot;
};

/// Where the global options say to look; nothing is looked at yet. Throws CLI::ValidationError for
/// an --endpoint that is none.
Look prepare_look(const GlobalOptions& options, const std::vector<std::string>& selectors);

/// Observes with the global options; `selectors` that are paths are looked at too. Shows a progress
/// line on a terminal when it takes longer than half a second.
Look look_at_machine(const GlobalOptions& options, const std::vector<std::string>& selectors,
                     const observe::SeenConnections& lately = {});

/// A path of the command line as an absolute one; `~` is the home directory.
std::string absolute_path(const std::string& path, const observe::Environment& environment);

/// Selectors as select_sessions() wants them: paths absolute, `~/` expanded.
std::vector<std::string> absolute_selectors(const std::vector<std::string>& selectors,
                                            const observe::Environment& environment);

/// Prints the Snapshot's warnings, and returns the sessions that `selectors` mean; nothing, with
/// the error printed, when one of them means none.
std::optional<std::vector<std::size_t>> chosen_sessions(const GlobalOptions& options,
                                                        const Look& look,
                                                        const std::vector<std::string>& selectors);

/// The positions of all sessions.
std::vector<std::size_t> all_sessions(const Snapshot& snapshot);

/// Says on stderr that there are no credentials, unless --quiet.
void print_nothing_found(const GlobalOptions& options);

/// Writes warnings to stderr, unless --quiet; with --redact, numbers in them are masked.
void print_warnings(const GlobalOptions& options, const std::vector<Warning>& warnings);

/// `wasession: <message>` on stderr, control characters escaped.
void print_error(const std::string& message);

}  // namespace wasession::cmd

/// What is to be done, step by step, and what came of it. Values only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/session.h"

namespace wasession {

/// What a step does; apply has one function for each.
enum class StepKind {
  remove_stale_lock,
  restrict_permissions,
  set_registry_aside,
  take_lock,         ///< wacli's LOCK, until all steps are taken, so that a restart finds it locked
  stop_channel,      ///< OpenClaw ends one account, and the gateway goes on
  stop_unit,         ///< through what would start the process again
  end_process,       ///< SIGTERM, and SIGKILL when asked
  watch_for_return,  ///< whether somebody holds the session again
  quarantine,        ///< the credential is moved where `restore` finds it
  erase,             ///< the credential is deleted for good
  restore            ///< back from quarantine
};

/// What a step that stops something must know: stop_channel, stop_unit, end_process.
struct Stopping {
  ProcessIdentity process;
  std::uint32_t uid = 0;
  std::string user;                      ///< empty when the uid has no name
  std::optional<Supervisor> supervisor;  ///< stop_unit: whose command stops it
  bool kill = false;                     ///< end_process: SIGKILL when the timeout is over
};

/// An account of an OpenClaw gateway: stop_channel.
struct Channel {
  std::string profile;          ///< empty for the default one
  std::string account;          ///< OpenClaw's account id
  std::string state_directory;  ///< of the gateway; empty when the profile tells it
  std::string auth_directory;   ///< its lock shows whether the gateway has let go
};

/// What a step about one credential must know: quarantine, erase, restore.
struct Purge {
  std::string session;  ///< id
  Tool tool = Tool::baileys;
  StoreKind kind = StoreKind::baileys_directory;
  /// Of the row in a whatsmeow database; absent when there is but one row, and its own is no JID.
  std::optional<Jid> jid;
  /// They held it: while one of them lives, nothing is touched.
  std::vector<ProcessIdentity> ended;
  /// Gateways that live on and are to have let go of it; any other user stops the purge.
  std::vector<ProcessIdentity> let_go;
  std::string quarantine_id;  ///< restore: which entry
};

/// watch_for_return: where somebody may be back.
struct Watch {
  std::vector<std::string> sessions;   ///< ids
  std::vector<std::string> paths;      ///< of stores that must not be there again
  std::vector<ProcessIdentity> known;  ///< they may hold it: they were kept, or left standing
  bool brief = false;                  ///< one look: nobody was stopped
};

/// One change, with the sentence that a person reads and what must still be so when it is made.
struct Step {
  StepKind kind = StepKind::remove_stale_lock;
  /// Of a file or store its path, byte for byte; of a process `pid:N`; of a unit its name; else a
  /// session's id.
  std::string target;
  std::string why;         ///< one sentence
  FileIdentity identity;   ///< the file that was judged: another one in its place is left alone
  ProcessIdentity owner;   ///< remove_stale_lock: whom it names, as in StaleLock
  std::uint32_t mode = 0;  ///< restrict_permissions: the mode to set
  std::optional<Stopping> stopping;
  std::optional<Channel> channel;
  std::optional<Purge> purge;
  std::optional<Watch> watch;
  /// Positions in the Plan of earlier steps: taken only when that one was done, or was not.
  std::optional<std::size_t> if_done;
  std::optional<std::size_t> unless_done;
};

using Plan = std::vector<Step>;

/// A holder that stays, because one of several had to be chosen.
struct Kept {
  std::string session;      ///< id
  ProcessIdentity process;  ///< pid 0: no process, the session itself was named
  std::string why;          ///< a clause: "it is supervised by systemd"
};

/// What a Plan leaves standing although it was asked for.
struct Left {
  std::string target;   ///< `pid:N`, or a session's id
  std::string why;      ///< one sentence
  std::string command;  ///< that would do it, quoted for a shell; empty when none would
};

/// What plan makes of a request.
struct Decision {
  Plan plan;
  std::vector<Kept> kept;
  std::vector<Left> left;
};

enum class Result { done, skipped, failed };

struct Outcome {
  Step step;
  Result result = Result::done;
  std::string detail;  ///< why it was skipped or failed; what was done
  /// failed: the machine did not allow it (permission, full disk, a command that is missing). Else
  /// the answer was no: a process that does not end.
  bool could_not = false;
};

std::string_view to_string(StepKind kind);
std::string_view to_string(Result result);

}  // namespace wasession

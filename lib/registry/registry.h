/// The session registry: what a look at the disk cannot tell. Callers see this interface only, so
/// that a fleet can keep it elsewhere than in SQLite.
///
/// Everything works without it: every failure is a warning, never the end of an answer. This room
/// writes its own database and nothing else; no secret ever enters it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/fingerprint.h"
#include "model/incident.h"
#include "model/plan.h"
#include "model/quarantine.h"
#include "model/session.h"
#include "model/time.h"
#include "model/warning.h"

namespace wasession::registry {

/// A store seen before, so that it is found again without naming its directory.
struct RememberedStore {
  std::string path;
  Tool tool = Tool::baileys;
  StoreKind kind = StoreKind::baileys_directory;
  std::string name;  ///< last part of the session id
  Time first_seen;
  Time last_seen;
};

/// A session as the last look at the whole machine showed it, for the shells' completion: enough to
/// choose one by.
struct RememberedSession {
  std::string id;
  std::optional<std::string> phone;  ///< digits
  std::optional<std::uint32_t> device;
  State state = State::unpaired;

  bool operator==(const RememberedSession&) const = default;
};

/// A credential that WhatsApp is known to have removed (a 401 in a log, or an unlink of ours).
struct LoggedOutCredential {
  Fingerprint fingerprint;
  Time at;
  std::string source;  ///< what said so: a log file's path, `wasession disconnect --unlink`
};

/// A log as far as it was read.
struct RememberedLog {
  FileIdentity identity;
  std::string path;
  bool usual = false;  ///< found in a usual place, as opposed to named once by somebody
  /// Of the first byte that was not read, at the start of a line.
  std::uint64_t position = 0;
  /// Checksum of the bytes it began with: another file may come by the same inode.
  std::uint64_t beginning = 0;
  std::string state;  ///< what its reader must know at `position`; opaque here, bounded, no secret
  Time read_at;
};

/// What a reading of a log changed.
struct LogNews {
  RememberedLog log;
  std::vector<Incident> incidents;  ///< new ones
  /// The file of this identity is another one than was read before, or was truncated: the incidents
  /// known of it stay, but it is read from its beginning.
  bool begun_anew = false;
};

/// One run of a command that changes processes or credentials. Of each step the kind, the target
/// and the why are remembered, no more.
struct Action {
  Time at;
  std::string command;  ///< of wasession: `disconnect`, `purge-creds`, `restore`, `doctor --fix`
  std::string host;
  int pid = 0;  ///< of the wasession that did it
  std::uint32_t uid = 0;
  std::vector<Outcome> outcomes;
  std::vector<Left> left;
};

/// More actions than this, and more steps of all actions together, are not remembered: the oldest
/// ones are forgotten.
inline constexpr std::size_t kMostRememberedActions = 1'000;
inline constexpr std::size_t kMostRememberedSteps = 50'000;

/// What waits in quarantine, for people and fleets: the truth are the manifests on disk.
struct RememberedQuarantine {
  std::string id;
  std::string session;  ///< its id when it was purged
  Tool tool = Tool::baileys;
  StoreKind kind = StoreKind::baileys_directory;
  std::string path;                ///< of the store
  std::optional<std::string> jid;  ///< of a database: which device's rows
  std::uint64_t files = 0;         ///< how many
  std::uint64_t bytes = 0;         ///< all files together
  Time quarantined_at;
  Time expires_at;
  std::optional<Time> restored_at;
};

/// Every call may throw (a busy, full or damaged database); the caller turns the exception into a
/// warning with `describe_failure`. Not thread-safe.
class Registry {
 public:
  virtual ~Registry() = default;

  /// False when it was opened, or could only be opened, for reading: then remember_… and forget_…
  /// throw as soon as there is something to write.
  virtual bool writable() const = 0;

  /// In the order of their paths.
  virtual std::vector<RememberedStore> remembered_stores() = 0;
  /// Adds new stores and moves `last_seen` of known ones forward (`first_seen` stays). One
  /// transaction; writes nothing when nothing but `last_seen` changed within the same UTC day.
  virtual void remember_stores(std::span<const RememberedStore> stores) = 0;
  /// A store that is gone from the disk is forgotten by its path.
  virtual void forget_stores(std::span<const std::string> paths) = 0;

  /// In the order of their ids.
  virtual std::vector<RememberedSession> remembered_sessions() = 0;
  /// These, and no others. One transaction.
  virtual void remember_sessions(std::span<const RememberedSession> sessions) = 0;

  /// In the order of their fingerprints.
  virtual std::vector<LoggedOutCredential> logged_out_credentials() = 0;
  /// Of two reports on one credential the later one stays.
  virtual void remember_logged_out(std::span<const LoggedOutCredential> credentials) = 0;
  /// A credential seen working again (linked anew under the same key) is no longer logged out.
  virtual void forget_logged_out(std::span<const Fingerprint> fingerprints) = 0;

  /// How far the log with this identity was read; nothing when it never was.
  virtual std::optional<RememberedLog> remembered_log(const FileIdentity& identity) = 0;
  /// The incidents since `since` of the log with this identity, oldest first.
  virtual std::vector<Incident> remembered_incidents(const FileIdentity& identity, Time since) = 0;
  /// Those of logs in usual places that are gone since: of all but `present`, and of what was in
  /// those files before they were truncated or replaced. Oldest first.
  virtual std::vector<Incident> incidents_of_gone_logs(std::span<const FileIdentity> present,
                                                       Time since) = 0;
  /// Adds what was read, all in one transaction, and forgets incidents before `forget_before` and
  /// logs that hold none and were not read since then. Writes nothing when nothing changed.
  virtual void remember_logs(std::span<const LogNews> news, Time forget_before) = 0;

  /// Adds it in one transaction. A text that is longer than 8 KiB is cut there.
  virtual void remember_action(const Action& action) = 0;
  /// The newest first; steps of a kind that only a later wasession knows are left out.
  virtual std::vector<Action> actions(std::size_t most) = 0;

  /// An entry with this id is replaced; entries that had expired when this one was made are
  /// forgotten.
  virtual void remember_quarantined(const Quarantined& entry) = 0;
  /// Oldest first.
  virtual std::vector<RememberedQuarantine> quarantined() = 0;
  /// An id that is not known changes nothing.
  virtual void remember_restored(const std::string& id, Time at) = 0;
  virtual void forget_quarantined(std::span<const std::string> ids) = 0;
};

enum class Access { read_only, read_write };

/// An absent `registry` with an empty `warning` means that there is none yet (read_only on a
/// machine where nothing was recorded). Both are present when the registry works, but not as asked:
/// it was damaged and begun anew, or it can only be read.
struct Opening {
  std::unique_ptr<Registry> registry;
  std::optional<Warning> warning;
  bool damaged = false;  ///< the file is no database, or a broken one, and stands where it stood
};

/// `--registry` or WASESSION_REGISTRY, else `$XDG_STATE_HOME/wasession/registry.db`, else
/// `~/.local/state/wasession/registry.db` (`~/Library/Application Support/wasession/registry.db` on
/// macOS). A relative XDG_STATE_HOME is ignored, as its specification demands. Empty when there is
/// no home either, or a relative one: the registry would move with the working directory.
std::string default_registry_path(const std::optional<std::string>& xdg_state_home,
                                  const std::string& home, bool macos);

/// Opens the registry at `path` (relative ones count from the working directory). Never throws.
///
/// read_only never creates or changes a file, also beside a database in WAL mode. read_write makes
/// the directory (0700) and the file (0600) whatever the umask is, migrates to the newest schema
/// and sets a damaged file aside as `registry.db.damaged-<UTC time>`, with its -wal and -shm (never
/// deletes it). A file whose header is not even a database's counts as damaged only under the name
/// `registry.db`. A busy, read-only, damaged or newer registry, another program's database, a
/// symbolic link and another user's file or directory are warnings.
Opening open_registry(const std::string& path, Access access);

/// An empty one that lives as long as the process, for whoever looks often and has no other.
std::unique_ptr<Registry> registry_in_memory();

/// What failed with the registry at `path`, why, and the cure, in one clause.
Warning describe_failure(const std::string& path, const std::exception& failure);

}  // namespace wasession::registry

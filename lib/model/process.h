/// A live process, and what ties it to a session. Values only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/time.h"

namespace wasession {

/// What starts a process again when it ends, or whose terminal it belongs to.
///
/// shell: started by hand from a terminal's shell.
enum class SupervisorKind {
  systemd,
  systemd_user,
  pm2,
  docker,
  podman,
  kubernetes,
  launchd,
  shell
};

struct Supervisor {
  SupervisorKind kind = SupervisorKind::shell;
  /// The name that its own command takes: a unit, a pm2 process, a container id; of a shell, what
  /// it is and its pid.
  std::string unit;
  std::string number = {};  ///< pm2: its own number of the process, which no other one has
  std::string home = {};    ///< pm2: the directory of the daemon (PM2_HOME)

  bool operator==(const Supervisor&) const = default;
};

/// A TCP connection to WhatsApp: to one of its networks, to an --endpoint, or to the proxy that the
/// process is told to use.
struct Connection {
  std::string remote;  ///< `157.240.1.60:443`, `[2a03:2880::1]:443`
  std::string state;   ///< `established`, `syn-sent`, …: the kernel's words in lower case
  bool through_proxy = false;

  bool operator==(const Connection&) const = default;
};

inline constexpr std::string_view kEstablished = "established";

/// Why two readings of one pid are the same process: the pid and the moment it started, in the
/// kernel's own unit (Linux: clock ticks since boot, field 22 of /proc/PID/stat).
struct ProcessIdentity {
  int pid = 0;
  std::uint64_t start = 0;

  auto operator<=>(const ProcessIdentity&) const = default;
};

/// Bytes of the process itself (command, paths) are to be escaped when shown.
struct Process {
  ProcessIdentity identity;
  Time started_at;
  int parent = 0;  ///< pid
  std::uint32_t uid = 0;
  std::string user;               ///< empty when the uid has no name
  std::string executable;         ///< the real file, resolved; empty when it may not be seen
  std::string command;            ///< the command line as ps shows it
  std::string working_directory;  ///< as the process itself would name it
  std::optional<Supervisor> supervisor;
  std::vector<Connection> connections;
  bool connected_lately = false;  ///< the connections are those of an earlier look, not of this one
  bool zombie = false;
  bool readable = true;  ///< false: its connections and files can't be seen
};

/// How much a fact proves. In ascending order.
enum class Strength { possible, likely, certain };

enum class EvidenceKind {
  wacli_lock,        ///< flock on wacli's LOCK
  openclaw_lock,     ///< OpenClaw 2026.9's lock of the auth directory
  lease,             ///< a lease of `wasession run`
  open_file,         ///< a file of the store is open
  memory,            ///< the noise public key is in its memory
  write_seen,        ///< it wrote to the store while being watched
  gateway_lock,      ///< OpenClaw's gateway lock leads to a configuration with this account
  command_line,      ///< an argument leads to the store
  environment,       ///< a variable leads to the store
  working_directory  ///< the store is in or near the working directory
};

/// One observed fact that ties a process to a session.
struct Evidence {
  EvidenceKind kind = EvidenceKind::command_line;
  Strength strength = Strength::possible;
  std::string detail;  ///< a clause about the process: "has … open"; holds names byte for byte
  bool near = false;   ///< it leads to a directory above the store, not to the store itself
};

/// A live process that uses a session.
struct Holder {
  std::size_t process = 0;                   ///< position in Snapshot::processes
  Strength confidence = Strength::possible;  ///< that of the strongest evidence
  std::vector<Evidence> evidence;            ///< strongest first
  /// The process has more WhatsApp connections than credentials it holds.
  bool two_sockets = false;
};

/// How many of the connections are established.
std::size_t established(const std::vector<Connection>& connections);

std::string_view to_string(SupervisorKind kind);
std::string_view to_string(Strength strength);
std::string_view to_string(EvidenceKind kind);

}  // namespace wasession

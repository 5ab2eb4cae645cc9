/// The process table, behind one header for every system: one walk over all processes, then more
/// about the few that matter. Reads only; a process that exits meanwhile is left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/process.h"
#include "observe/files/files.h"

namespace wasession::observe {

struct OpenFile {
  int descriptor = -1;
  std::string path;      ///< absolute, as the process sees it; without the kernel's " (deleted)"
  bool deleted = false;  ///< it is in no directory any more: what is there by that name is another
};

/// What one walk reads of a process. Strings may be hostile: a process writes its own.
struct ProcessReading {
  int pid = 0;
  /// False when its descriptors and working directory may not be seen: another user's process, or
  /// root without CAP_SYS_PTRACE. Then only `arguments` is known.
  bool readable = true;
  std::string executable;
  std::string working_directory;
  std::string arguments;    ///< each ended by a NUL; a program that renames itself overwrites them
  std::string environment;  ///< `NAME=value`, each ended by a NUL, as of exec
  std::vector<OpenFile> files;         ///< what has a path, devices and pseudo files left out
  std::vector<std::uint64_t> sockets;  ///< what connections() wants: the kernel's numbers of them
  /// Which network and which file tree it sees; 0 when that is this process's own. One that has
  /// changed its root directory has another tree, too.
  std::uint64_t network_namespace = 0;
  std::uint64_t mount_namespace = 0;
};

struct ProcessTable {
  std::vector<ProcessReading> processes;  ///< without kernel threads and this process; by pid
  std::size_t unreadable = 0;             ///< how many of them are not readable
  bool hides_others =
      false;                ///< /proc shows only one's own (hidepid): there may be any number more
  std::uint64_t began = 0;  ///< when the walk began, in the unit of ProcessIdentity
};

/// Now, in the unit of ProcessIdentity.
std::uint64_t ticks_since_boot();

/// The walk, on several threads. At most 64 KiB of arguments and 256 KiB of environment are kept of
/// one process; the number of descriptors is not bounded.
ProcessTable read_processes();

/// Who a process of the walk is. Nothing when it has ended, or when its pid belongs by now to
/// another one that started after `began`. `connections` and `supervisor` are left empty.
std::optional<Process> identify(const ProcessReading& reading, std::uint64_t began);

/// The process with this pid now, when it may be seen at all: its parent, owner, start and command.
std::optional<Process> process_with(int pid);

/// True when the process holds an exclusive flock on this file of its. False when the descriptor
/// leads elsewhere by now.
bool holds_flock(const ProcessReading& reading, const OpenFile& file);

/// True when the file is open for writing; false when not, or not known, or when the descriptor
/// leads elsewhere by now.
bool is_open_for_writing(const ProcessReading& reading, const OpenFile& file);

/// How to reach a path that `reading` names, from here: the path itself, or, for a process with a
/// file tree of its own, through the kernel's view of that tree.
std::string path_from_here(const ProcessReading& reading, std::string_view path);

/// What the path leads to in the process's own file tree: symbolic links on the way are followed as
/// the process would follow them.
FileFacts facts_as_seen_by(const ProcessReading& reading, const std::string& path);

/// node, bun, deno, also after a package upgrade removed the file.
bool is_javascript_runtime(std::string_view executable);

/// Whatever a wasession names or has in its memory, it uses no credential.
bool is_wasession(std::string_view executable);

/// The working directories of live JavaScript runtimes, absolute, each once: where a bot with a
/// relative auth directory keeps it. Ones that are another directory in this file tree are left
/// out.
std::vector<std::string> javascript_working_directories(const ProcessTable& table);

/// Calls `each` for every piece of a block whose pieces end with a NUL.
template <typename Each>
void for_each_piece(std::string_view block, Each each) {
  while (!block.empty()) {
    const std::size_t end = block.find('\0');
    if (end != 0) each(block.substr(0, end));
    if (end == std::string_view::npos) return;
    block.remove_prefix(end + 1);
  }
}

}  // namespace wasession::observe

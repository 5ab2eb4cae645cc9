/// The registry's files on disk: made private, checked before SQLite opens them, set aside when
/// damaged. Never deletes anything.
#pragma once

#include <string>

#include "model/session.h"
#include "model/time.h"

namespace wasession::registry {

/// Whether there is a registry at `path` (absolute). Throws Refusal when its directory, it or a
/// file that SQLite keeps beside it is a symbolic link or another user's, when it is no regular
/// file, or when it cannot be looked at.
bool registry_file_exists(const std::string& path);

/// Makes the directory (0700, its missing parents too) and an empty file (0600), whatever the umask
/// is, where there is none. What is there stays as it is. Throws Refusal as registry_file_exists
/// does, when something cannot be made, and when a directory would have to be made in another
/// user's.
void make_registry_file(const std::string& path);

/// Takes the group's and the others' permissions from a registry made by other means (a restored
/// backup).
void close_to_others(const std::string& path);

/// Throws Refusal when there is no file.
FileIdentity identity_of(const std::string& path);

enum class Contents {
  empty,             ///< no byte: a registry that was never filled
  registry,          ///< a SQLite header with our application_id
  foreign_database,  ///< any other SQLite header
  no_database,
};

/// Looks at the header by itself, because SQLite may already write (replay a journal, fold a log
/// in) when it opens a file. Throws Refusal when the file cannot be read.
Contents contents_of(const std::string& path);

/// True when the user may write the file.
bool may_be_written(const std::string& path);

/// Renames the damaged file and its -wal, -shm and -journal to `NAME.damaged-20261122T153844Z…` and
/// returns the new path; empty when another process has already put a new file in its place (its
/// identity is no longer `damaged`). Throws Refusal when the renaming fails.
std::string set_aside(const std::string& path, const FileIdentity& damaged, Time now);

}  // namespace wasession::registry

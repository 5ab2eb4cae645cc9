/// Opening lock files where somebody else may have planted a link, a FIFO or another file.
#pragma once

#include <string>

#include <sys/stat.h>

#include "observe/files/descriptor.h"

namespace wasession::lease {

/// Makes the directory and what is missing above it (0700). Links above its last two components are
/// followed, those two are not. Absent with errno; EPERM for one that others may write to or
/// another user owns (root may use anybody's).
observe::Descriptor make_directory(const std::string& path);

/// The directory of a file that somebody else made; no symbolic link on the way (ELOOP).
observe::Descriptor directory_of(const std::string& path);

/// Opens a lock file in `directory` for reading and writing, or only for reading where writing is
/// not allowed, and makes it (0600, owned by who owns the directory) where there is none. Never
/// follows a link or opens a FIFO: EINVAL for what is no regular file.
observe::Descriptor open_lock(const observe::Descriptor& directory, const std::string& name);

/// True for the errors of a file that can't be made because the disk is full or read-only.
bool is_for_want_of_room(int error);

/// Gives a file that root made to the owner of the directory that it lies in, who is to use it too.
void give_to_owner_of(const observe::Descriptor& directory, const observe::Descriptor& file);

/// True while `name` in `directory` is this very file.
bool is_still(const observe::Descriptor& directory, const std::string& name,
              const observe::Descriptor& file);

/// Puts `text` in place of what the file holds; leaves a file alone that has another name, too.
void write_over(const observe::Descriptor& file, const std::string& text);

}  // namespace wasession::lease

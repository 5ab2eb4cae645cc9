/// Moving one file from directory to directory so that at each instant it is complete in at least
/// one of them, also across file systems.
#pragma once

#include <string>

#include "apply/files.h"

namespace wasession::apply {

/// A file by where it is, or where it is to be.
struct Place {
  const Descriptor& directory;
  std::string name;
};

/// Names that a move across file systems uses for a moment; what a crash leaves has one of them.
struct TemporaryNames {
  std::string partial;  ///< in the new directory: a copy that may be incomplete
  std::string aside;    ///< in the old directory: the original, once the copy is complete
};

/// Never replaces anything: EEXIST. Across file systems mode, owner, time and content are the
/// original's, and the original goes only when the copy is on the disk, has been read back and
/// still equals it: EBUSY when somebody writes to it meanwhile. 0 or an errno, after which both a
/// copy and temporary names may be left: the undoing of the whole deals with them.
int move_file(const Place& from, const Place& to, const TemporaryNames& names, Changes& changes);

/// True when both are there, regular files, and have the same content.
bool same_content(const Place& one, const Place& other);

bool is_taken(const Place& place);

bool is_regular(const Place& place);

}  // namespace wasession::apply

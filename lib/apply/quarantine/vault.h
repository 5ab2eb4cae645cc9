/// The quarantine's directory on disk, and what its names mean. An entry is a directory named by
/// its id; while it is being filled, emptied or deleted its name has an ending, and it is none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apply/apply.h"
#include "apply/files.h"
#include "apply/quarantine/manifest.h"
#include "apply/quarantine/trouble.h"

namespace wasession::apply {

inline constexpr std::string_view kMoving = ".moving";
inline constexpr std::string_view kRestoring = ".restoring";
inline constexpr std::string_view kDeleting = ".deleting";
inline constexpr std::string_view kAside = ".aside";  ///< a note, no directory: see aside.h

/// The directory, and the lock that whoever changes anything in it holds.
struct Vault {
  std::string path;
  Descriptor directory{-1};
  Descriptor lock{-1};
};

/// One entry, whatever its name is by now.
struct Entry {
  Descriptor directory{-1};
  Manifest manifest;
  std::string name;
};

/// Opens the quarantine to look at it. ENOENT when there is none; refused when it is a symbolic
/// link or another user's. 0 or an errno, EPERM for another user's.
int open_quarantine(const std::string& path, Descriptor& directory);

/// Makes the directory (0700) with its missing parents where there is none.
MaybeTrouble make_quarantine(const std::string& path, Changes& changes);

/// Opens and locks it; waits at most for means.timeout while another wasession works in it.
MaybeTrouble open_vault(const Means& means, Changes& changes, Vault& vault);

/// The same without waiting: false when it can't be, or somebody works in it.
bool try_open_vault(const std::string& path, Changes& changes, Vault& vault);

/// Makes `<id>.moving` with the manifest as its journal.
MaybeTrouble make_entry(const Vault& vault, Entry& entry, Changes& changes);

/// Opens an entry by its name and reads its manifest; `entry.name` is set in any case.
MaybeTrouble open_entry(const Vault& vault, const std::string& name, Entry& entry);

/// Gives the entry the ending, or its bare id for an empty one. 0 or an errno.
int rename_entry(const Vault& vault, Entry& entry, std::string_view ending, Changes& changes);

/// Measures what is in the entry, forgets files that are not, and says so in the manifest.
MaybeTrouble complete(Entry& entry, Changes& changes);

/// Completes it and gives it its bare id: from then on it counts.
MaybeTrouble publish(const Vault& vault, Entry& entry, Changes& changes);

/// Deletes an entry with the files that are directly in it, also one without a manifest.
MaybeTrouble discard(const Vault& vault, Entry& entry, Changes& changes);

}  // namespace wasession::apply

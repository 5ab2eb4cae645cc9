/// The parts of `restore` that directories and databases share.
#pragma once

#include "apply/apply.h"
#include "apply/quarantine/directory.h"
#include "apply/quarantine/vault.h"

namespace wasession::apply {

/// Whether every file of the entry is what its manifest says.
MaybeTrouble verify(const Entry& entry);

/// Opens the directory that files are to go to; it may be absent, but what it is in may not.
MaybeTrouble open_place(const std::string& path, Directory& directory);

/// Says on the disk that the restore is under way, so that recover() knows of it.
MaybeTrouble announce_restore(const Vault& vault, Entry& entry, bool makes_directory,
                              Changes& changes);

/// Moves the entry's files to the directory, which is made when its descriptor is absent. All
/// objections have been looked for.
Outcome restore_files(const Step& step, const Means& means, const Vault& vault, Entry& entry,
                      Directory& directory, Changes& changes);

Outcome restore_directory(const Step& step, const Means& means, const Vault& vault, Entry& entry,
                          Changes& changes);
Outcome restore_database(const Step& step, const Means& means, const Vault& vault, Entry& entry,
                         Changes& changes);

}  // namespace wasession::apply

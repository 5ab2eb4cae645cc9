/// The way back from a purge or a restore that could not be finished: the same one for a call that
/// failed a moment ago and for a run that was killed last week.
#pragma once

#include "apply/files.h"
#include "apply/quarantine/trouble.h"
#include "apply/quarantine/vault.h"

namespace wasession::apply {

/// What became of an entry.
struct Settled {
  bool at_place = false;  ///< every file is at its place (again)
  bool in_entry = false;  ///< some or all are in the entry, which counts
};

/// Moves the files of `<id>.moving` back to `store` and deletes the entry. A file whose place is
/// taken by now is never overwritten: what can't go back stays, and the entry becomes one with
/// only that in it. An absent `store` is one that is gone: everything stays then.
MaybeTrouble undo_purge(const Vault& vault, Entry& entry, const Descriptor& store, Changes& changes,
                        Settled& settled);

/// Moves the files of `<id>.restoring` back into the entry, from the directory `above`/`name`, and
/// removes that if the restore had made it. A file that somebody changed since it was put back is
/// in use: then nothing is taken away, and the restore goes on to its end.
MaybeTrouble undo_restore(const Vault& vault, Entry& entry, const Location& place, Changes& changes,
                          Settled& settled);

/// What is left to do when all files are at their place: the manifest says so, the entry counts
/// again.
MaybeTrouble conclude_restore(const Vault& vault, Entry& entry, Changes& changes);

}  // namespace wasession::apply

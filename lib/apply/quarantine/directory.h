/// A Baileys auth directory that is about to be emptied or filled.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apply/apply.h"
#include "apply/files.h"
#include "apply/quarantine/trouble.h"
#include "apply/quarantine/vault.h"

namespace wasession::apply {

struct Directory {
  Location location{Descriptor(-1), {}, 0};  ///< where it lies
  Descriptor descriptor{-1};
  struct stat status {};
};

/// What is in it, by the allow-list of names.
struct Contents {
  /// Regular files, in the order in which they go: the backup, from which OpenClaw would restore,
  /// creds.json, the key files.
  std::vector<std::string> credentials;
  std::vector<std::string> odd;      ///< known names that are no regular files
  std::vector<std::string> unknown;  ///< somebody else's
};

/// Opens the directory that was judged; what else is there by now is left alone, as an outcome.
std::optional<Outcome> open_judged(const Step& step, Directory& directory);

MaybeTrouble list_contents(const Directory& directory, Contents& contents);

/// Removes the directory when nothing is in it, and says what became of it or stays in it; empty
/// when it stays for no reason worth a word. `alive` is set when credentials are in it again.
std::string leave(const Directory& directory, Changes& changes, bool& alive);

/// Brings the name of a directory itself to the disk, where the directory above may be read. 0 or
/// an errno.
int sync_above(const Location& location, Changes& changes);

/// The names that moving a file uses; both name the entry, so that recover() finds them.
std::string aside_in_store(const Manifest& manifest, const KeptFile& kept);
std::string partial_in_store(const Manifest& manifest, const KeptFile& kept);
std::string partial_in_entry(const KeptFile& kept);

/// Moves one file out of the store's directory into the entry, or back. 0 or an errno, as
/// move_file().
int bring_in(const Descriptor& store, const Entry& entry, const KeptFile& kept, Changes& changes);
int bring_back(const Descriptor& store, const Entry& entry, const KeptFile& kept, Changes& changes);

/// Gives back what turned out to be no regular file once it was in the entry: to its place, or,
/// when that is taken by now, to a name beside it that nobody has. 0 or an errno.
int give_back(const Descriptor& store, const Entry& entry, const KeptFile& kept, Changes& changes);

}  // namespace wasession::apply

/// What an entry of the quarantine says about itself: its journal while files are being moved, and
/// its table of contents afterwards.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "apply/files.h"
#include "model/quarantine.h"

namespace wasession::apply {

inline constexpr std::string_view kManifest = "manifest.json";

/// A file by its name at its place; in the entry it has a number for a name, so that no program
/// takes it for a credential.
struct KeptFile {
  QuarantinedFile file;
  timespec modified{};  ///< file.modified to the nanosecond
  std::string number;   ///< `0000`
};

struct Manifest {
  Quarantined about;  ///< without files
  std::vector<KeptFile> files;
  std::uint64_t directory_inode = 0;  ///< of the store's directory when it was purged
  bool complete = false;              ///< sizes and digests are known, nothing is missing
  bool makes_directory = false;       ///< a restore that is under way makes the store's directory
};

/// `0000`, `0001`, … and on to five digits and more.
std::string number_of(std::size_t position);

/// True for what id_at() makes: `20261123-004512-3fa9c1`.
bool is_entry_id(std::string_view name);

/// A new id: the second, and three random bytes.
std::string id_at(Time now);

/// JSON; bytes of names and paths that are not printable ASCII, and `%`, stand as `%XX`.
std::string to_json(const Manifest& manifest);

/// Nothing when it is damaged, of another schema, or names a file that no purge would have moved:
/// nobody can make `restore` write anything but a credential.
std::optional<Manifest> parse_manifest(std::string_view text);

/// Reads an entry's manifest; nothing as above, or when it can't be read.
std::optional<Manifest> read_manifest(const Descriptor& entry);

/// Replaces the entry's manifest in one step that survives a power cut. 0 or an errno.
int write_manifest(const Descriptor& entry, const Manifest& manifest, Changes& changes);

/// As the rest of the program knows it.
Quarantined quarantined_of(const Manifest& manifest);

}  // namespace wasession::apply

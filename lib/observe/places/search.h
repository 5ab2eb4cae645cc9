/// Finds stores below a directory that no tool's rules name.
#pragma once

#include <cstddef>
#include <string>

#include "observe/environment.h"
#include "observe/places/place.h"
#include "observe/progress.h"

namespace wasession::observe {

struct SearchLimits {
  std::size_t depth = 24;
  std::size_t directories = 1'000'000;
  bool warn_about_depth = true;
};

/// For directories that the user named, and for the working directories of live processes, which
/// may be a home directory or `/`.
inline constexpr SearchLimits kNamedDirectory{};
inline constexpr SearchLimits kWorkingDirectory{3, 20'000, false};
/// A service without a directory of its own stands in `/`: what others keep below is not its own.
inline constexpr SearchLimits kWholeMachine{1, 20'000, false};

/// Searches `root` (without symbolic links) and what is below it, on several threads. A Baileys
/// store is a directory with a creds.json; a whatsmeow store is any file that begins like SQLite;
/// an OpenClaw state directory brings all of its places. Symbolic links are not followed, and
/// `node_modules`, `.git`, /proc, /sys and /dev are passed over. Below the root, a directory with a
/// creds.json and no sub-directory is not listed, so that no key file is looked at: a database
/// among the key files is not found there. What could not be searched, and a limit that was
/// reached, is a warning.
Places search(const std::string& root, const SearchLimits& limits, const Environment& environment,
              Progress& progress);

/// What the path of a Baileys directory or a database tells of its owner: OpenClaw's layout
/// (`…/credentials/whatsapp/<account>`), wacli's neighbours, else the library's own name.
Place place_of_path(const std::string& path, StoreKind kind);

}  // namespace wasession::observe

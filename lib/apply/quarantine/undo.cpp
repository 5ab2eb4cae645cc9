#include "apply/quarantine/undo.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "apply/quarantine/digest.h"
#include "apply/quarantine/directory.h"
#include "apply/quarantine/transfer.h"

namespace wasession::apply {
namespace {

/// Deletes what may or may not be there.
int forget(const Descriptor& directory, const std::string& name, Changes& changes) {
  // On a read-only file system not even what isn't there can be unlinked.
  if (!is_taken({directory, name})) return 0;
  const int error = changes.unlink(directory, name);
  return error == ENOENT ? 0 : error;
}

/// Where one file of the entry is, or should be.
struct Places {
  Place held, place, aside;

  Places(const Entry& entry, const Descriptor& store, const KeptFile& kept)
      : held{entry.directory, kept.number},
        place{store, kept.file.name},
        aside{store, aside_in_store(entry.manifest, kept)} {}
};

Trouble stuck(const KeptFile& kept, int error) {
  return trouble(fmt::format("{} can't be put back where it was", kept.file.name), error);
}

/// Half copies are worth nothing: the other half is still where it came from.
int forget_partials(const Entry& entry, const Descriptor& store, const KeptFile& kept,
                    Changes& changes) {
  const int error = forget(entry.directory, partial_in_entry(kept), changes);
  return error != 0 ? error : forget(store, partial_in_store(entry.manifest, kept), changes);
}

MaybeTrouble put_back(const Entry& entry, const Descriptor& store, const KeptFile& kept,
                      Changes& changes) {
  const Places at(entry, store, kept);
  int error = forget_partials(entry, store, kept, changes);
  if (error != 0) return stuck(kept, error);
  if (is_taken(at.aside)) {
    error = changes.rename(store, at.aside.name, store, at.place.name);
    if (error == EEXIST && same_content(at.aside, at.held)) {
      error = changes.unlink(store, at.aside.name);
    }
    if (error != 0) return stuck(kept, error);
  }
  if (!is_taken(at.held)) return std::nullopt;
  if (!is_regular(at.held)) {
    error = give_back(store, entry, kept, changes);
  } else if (same_content(at.held, at.place)) {
    error = changes.unlink(entry.directory, kept.number);
  } else if (!is_taken(at.place)) {
    error = bring_back(store, entry, kept, changes);
    if (error == EEXIST) error = 0;
  }
  if (error != 0) return stuck(kept, error);
  return std::nullopt;
}

bool holds_any(const Entry& entry) {
  return std::ranges::any_of(entry.manifest.files, [&](const KeptFile& kept) {
    return is_taken({entry.directory, kept.number});
  });
}

/// Whether what a restore has put at its place is still what it was.
bool somebody_uses(const Entry& entry, const Descriptor& store) {
  return std::ranges::any_of(entry.manifest.files, [&](const KeptFile& kept) {
    if (is_taken({entry.directory, kept.number})) return false;
    const auto digest = store ? digest_at(store, kept.file.name) : std::nullopt;
    return !digest || digest->sha256 != kept.file.sha256;
  });
}

MaybeTrouble take_back(const Entry& entry, const Descriptor& store, const KeptFile& kept,
                       Changes& changes) {
  const Places at(entry, store, kept);
  int error = forget_partials(entry, store, kept, changes);
  if (error == 0) error = forget(entry.directory, kept.number + ".gone", changes);
  if (error == 0 && !is_taken(at.held)) error = bring_in(store, entry, kept, changes);
  // A copy that the restore had put there, or one that the line above no longer needs.
  if (error == 0 && same_content(at.place, at.held)) {
    error = changes.rename(store, at.place.name, store, at.aside.name);
  }
  if (error == 0 && is_taken(at.aside)) {
    error = same_content(at.aside, at.held) ? changes.unlink(store, at.aside.name) : EBUSY;
  }
  if (error != 0) {
    return trouble(fmt::format("{} can't be taken back into quarantine", kept.file.name), error);
  }
  return std::nullopt;
}

/// The restore goes on: its files are in use.
MaybeTrouble go_on(const Vault& vault, Entry& entry, const Descriptor& store, Changes& changes,
                   Settled& settled) {
  for (const KeptFile& kept : entry.manifest.files) {
    if (!store) break;
    if (auto failure = put_back(entry, store, kept, changes)) return failure;
  }
  if (!holds_any(entry)) {
    settled.at_place = true;
    return conclude_restore(vault, entry, changes);
  }
  settled.in_entry = true;
  return publish(vault, entry, changes);
}

}  // namespace

MaybeTrouble undo_purge(const Vault& vault, Entry& entry, const Descriptor& store, Changes& changes,
                        Settled& settled) {
  if (store) {
    // In the reverse order: creds.json comes when its keys are there.
    const std::vector<KeptFile>& files = entry.manifest.files;
    for (auto kept = files.rbegin(); kept != files.rend(); ++kept) {
      if (auto failure = put_back(entry, store, *kept, changes)) return failure;
    }
    if (const int error = changes.sync(store); error != 0) {
      return trouble("what was put back can't be brought to the disk", error);
    }
  }
  settled.in_entry = holds_any(entry);
  settled.at_place = !settled.in_entry && store;
  return settled.in_entry ? publish(vault, entry, changes) : discard(vault, entry, changes);
}

MaybeTrouble undo_restore(const Vault& vault, Entry& entry, const Location& place, Changes& changes,
                          Settled& settled) {
  const Descriptor store =
      place.directory ? open_directory(place.directory, place.name) : Descriptor(-1);
  if (somebody_uses(entry, store)) return go_on(vault, entry, store, changes, settled);
  // The manifest on the disk may already say that it is restored.
  if (const int error = write_manifest(entry.directory, entry.manifest, changes); error != 0) {
    return trouble("the manifest can't be written", error);
  }
  if (store) {
    for (const KeptFile& kept : entry.manifest.files) {
      if (auto failure = take_back(entry, store, kept, changes)) return failure;
    }
    int error = changes.sync(entry.directory);
    if (error == 0) error = changes.sync(store);
    if (error != 0) return trouble("what was taken back can't be brought to the disk", error);
    if (entry.manifest.makes_directory) {
      error = changes.remove_directory(place.directory, place.name);
      if (error != 0 && error != ENOTEMPTY && error != EEXIST && error != ENOENT) {
        return trouble("the directory that was made can't be removed", error);
      }
    }
  }
  settled.in_entry = true;
  if (const int error = rename_entry(vault, entry, "", changes); error != 0) {
    return trouble("the entry can't be completed", error);
  }
  return std::nullopt;
}

MaybeTrouble conclude_restore(const Vault& vault, Entry& entry, Changes& changes) {
  if (!entry.manifest.about.restored_at) {
    Manifest restored = entry.manifest;
    restored.about.restored_at =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    restored.makes_directory = false;
    if (const int error = write_manifest(entry.directory, restored, changes); error != 0) {
      return trouble("the manifest can't be written", error);
    }
    entry.manifest = std::move(restored);
  }
  // From here on the files are at their place, on the disk too: what fails now, recover() finishes.
  for (const KeptFile& kept : entry.manifest.files) {
    static_cast<void>(changes.unlink(entry.directory, kept.number));
    static_cast<void>(changes.unlink(entry.directory, kept.number + ".gone"));
  }
  static_cast<void>(rename_entry(vault, entry, "", changes));
  return std::nullopt;
}

}  // namespace wasession::apply

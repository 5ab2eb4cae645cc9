#include "apply/quarantine/restore.h"

#include <cerrno>

#include <fmt/format.h>

#include "apply/quarantine/digest.h"
#include "apply/quarantine/directory.h"
#include "apply/quarantine/purge.h"
#include "apply/quarantine/transfer.h"
#include "apply/quarantine/undo.h"
#include "apply/steps.h"

namespace wasession::apply {
namespace {

Trouble no_way(int error) {
  switch (error) {
    case ENOENT:
      return refusal("the directory that it was in is gone");
    case ELOOP:
    case ENOTDIR:
      return refusal("a symbolic link is on the way to its place");
    default:
      return trouble("its place can't be reached", error);
  }
}

/// Why the files can't go to a directory that is there.
MaybeTrouble objection(const Directory& directory, const Manifest& manifest) {
  Contents contents;
  if (auto failure = list_contents(directory, contents)) return failure;
  for (const KeptFile& kept : manifest.files) {
    if (is_taken({directory.descriptor, kept.file.name})) {
      return refusal(
          fmt::format("{} is there already: a new link would be overwritten", kept.file.name));
    }
  }
  if (contents.credentials.empty()) return std::nullopt;
  return refusal(
      fmt::format("{} is there already: two links would be mixed", contents.credentials.front()));
}

/// Makes the store's directory as it was, unless it is there.
MaybeTrouble make_directory(Directory& directory, const Entry& entry, Changes& changes) {
  if (directory.descriptor) return std::nullopt;
  const Location& at = directory.location;
  const Quarantined& about = entry.manifest.about;
  int error = changes.make_directory(at.directory, at.name, 0700);
  if (error == 0) {
    directory.descriptor = open_directory(at.directory, at.name);
    if (!directory.descriptor || ::fstat(directory.descriptor.get(), &directory.status) != 0) {
      error = errno;
    }
  }
  const struct stat& now = directory.status;
  if (error == 0 && (now.st_uid != about.directory_uid || now.st_gid != about.directory_gid)) {
    error = changes.set_owner(directory.descriptor, about.directory_uid, about.directory_gid);
  }
  if (error == 0) error = changes.set_mode(directory.descriptor, about.directory_mode);
  if (error != 0) return trouble("its directory can't be made", error);
  return std::nullopt;
}

/// Key files first, so that whoever finds creds.json finds its keys too; then creds.json; then the
/// backup, from which OpenClaw would restore a creds.json that is missing.
MaybeTrouble fill(Directory& directory, const Entry& entry, const Means& means, Changes& changes) {
  if (auto failure = make_directory(directory, entry, changes)) return failure;
  const std::vector<KeptFile>& files = entry.manifest.files;
  for (auto kept = files.rbegin(); kept != files.rend(); ++kept) {
    if (means.is_interrupted()) {
      return Trouble{"interrupted: everything is in quarantine as it was",
                     TroubleKind::interrupted};
    }
    const int error = bring_back(directory.descriptor, entry, *kept, changes);
    if (error == EEXIST) {
      return refusal(
          fmt::format("{} is there already: a new link would be overwritten", kept->file.name));
    }
    if (error != 0) return trouble(fmt::format("{} can't be put back", kept->file.name), error);
  }
  int error = changes.sync(directory.descriptor);
  if (error == 0) error = sync_above(directory.location, changes);
  if (error == 0) error = changes.sync(entry.directory);
  if (error != 0) return trouble("what was put back can't be brought to the disk", error);
  return std::nullopt;
}

Trouble undo(const Vault& vault, Entry& entry, const Location& place, Changes& changes,
             Trouble first) {
  Settled settled;
  if (const auto second = undo_restore(vault, entry, place, changes, settled)) {
    return {fmt::format("{}; undoing it failed too ({}): the next wasession finishes that",
                        first.what, second->what),
            TroubleKind::could_not};
  }
  if (!settled.at_place) return first;
  return {fmt::format("{}; a program uses the restored files already, so they stay", first.what),
          TroubleKind::could_not};
}

}  // namespace

MaybeTrouble announce_restore(const Vault& vault, Entry& entry, bool makes_directory,
                              Changes& changes) {
  entry.manifest.makes_directory = makes_directory;
  int error = write_manifest(entry.directory, entry.manifest, changes);
  if (error == 0) error = rename_entry(vault, entry, kRestoring, changes);
  if (error != 0) return trouble("the restore can't be begun in the quarantine", error);
  return std::nullopt;
}

MaybeTrouble open_place(const std::string& path, Directory& directory) {
  directory.location = locate(path);
  if (!directory.location.directory) return no_way(directory.location.error);
  directory.descriptor = open_directory(directory.location.directory, directory.location.name);
  if (!directory.descriptor && errno != ENOENT) return no_way(errno);
  return std::nullopt;
}

MaybeTrouble verify(const Entry& entry) {
  for (const KeptFile& kept : entry.manifest.files) {
    const auto digest = digest_at(entry.directory, kept.number);
    if (digest && digest->sha256 == kept.file.sha256 && digest->size == kept.file.size) continue;
    return Trouble{fmt::format("{} is {} in quarantine: nothing is restored", kept.file.name,
                               digest ? "damaged" : "missing or unreadable"),
                   TroubleKind::could_not};
  }
  return std::nullopt;
}

Outcome restore_files(const Step& step, const Means& means, const Vault& vault, Entry& entry,
                      Directory& directory, Changes& changes) {
  const bool makes = !directory.descriptor;
  if (auto failure = announce_restore(vault, entry, makes, changes))
    return outcome_of(step, *failure);
  auto failure = fill(directory, entry, means, changes);
  if (!failure) failure = conclude_restore(vault, entry, changes);
  if (failure) {
    return outcome_of(step, undo(vault, entry, directory.location, changes, *failure));
  }
  const std::size_t count = entry.manifest.files.size();
  return done(step, fmt::format("{} file{} put back{}", count, count == 1 ? "" : "s",
                                makes ? ", the directory too" : ""));
}

Outcome restore_directory(const Step& step, const Means& means, const Vault& vault, Entry& entry,
                          Changes& changes) {
  Directory directory;
  if (auto failure = open_place(step.target, directory)) return outcome_of(step, *failure);
  if (directory.descriptor) {
    if (auto failure = objection(directory, entry.manifest)) return outcome_of(step, *failure);
  }
  if (auto failure = verify(entry)) return outcome_of(step, *failure);
  return restore_files(step, means, vault, entry, directory, changes);
}

Outcome restore(const Step& step, const Means& means) {
  Changes real;
  Changes& changes = means.changes != nullptr ? *means.changes : real;
  if (auto outcome = somebody_lives(step)) return *outcome;
  if (means.is_interrupted()) return skipped(step, "interrupted: nothing was changed");
  const std::string& id = step.purge->quarantine_id;
  if (!is_entry_id(id)) return outcome_of(step, refusal(fmt::format("{} is no quarantine id", id)));
  Vault vault;
  if (auto failure = open_vault(means, changes, vault)) return outcome_of(step, *failure);
  Entry entry;
  if (auto failure = open_entry(vault, id, entry)) return outcome_of(step, *failure);
  const Quarantined& about = entry.manifest.about;
  if (about.restored_at) {
    return outcome_of(
        step, refusal(fmt::format("{} was restored at {}", id, rfc3339(*about.restored_at))));
  }
  if (about.path != step.target || about.kind != step.purge->kind) {
    return outcome_of(step, refusal(fmt::format("{} came from another place", id)));
  }
  return about.kind == StoreKind::baileys_directory
             ? restore_directory(step, means, vault, entry, changes)
             : restore_database(step, means, vault, entry, changes);
}

}  // namespace wasession::apply

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include <fmt/format.h>

#include "apply/quarantine.h"
#include "apply/quarantine/aside.h"
#include "apply/quarantine/database.h"
#include "apply/quarantine/directory.h"
#include "apply/quarantine/transfer.h"
#include "apply/quarantine/undo.h"
#include "apply/quarantine/vault.h"

namespace wasession::apply {
namespace {

constexpr std::array kEndings = {kMoving, kRestoring, kDeleting, kAside};

/// Names in the quarantine that an id begins, with one of the endings or with none.
std::vector<std::string> entry_names(const Descriptor& directory, bool unfinished) {
  std::vector<std::string> all, names;
  if (list_names(directory, all) != 0) return names;
  for (std::string& name : all) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    const std::string_view ending = std::string_view(name).substr(dot);
    const bool fits =
        unfinished ? std::ranges::find(kEndings, ending) != kEndings.end() : ending.empty();
    if (fits && is_entry_id(std::string_view(name).substr(0, dot))) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

bool holds_all(const Entry& entry) {
  return std::ranges::all_of(entry.manifest.files, [&](const KeptFile& kept) {
    return is_taken({entry.directory, kept.number});
  });
}

bool holds_none(const Entry& entry) {
  return std::ranges::none_of(entry.manifest.files, [&](const KeptFile& kept) {
    return is_taken({entry.directory, kept.number});
  });
}

/// The store's directory, if it is the one that was purged.
Descriptor purged_directory(const Manifest& manifest) {
  const Location place = locate(manifest.about.path);
  if (!place.directory) return Descriptor(-1);
  Descriptor store = open_directory(place.directory, place.name);
  struct stat status {};
  if (store && (::fstat(store.get(), &status) != 0 ||
                static_cast<std::uint64_t>(status.st_ino) != manifest.directory_inode)) {
    return Descriptor(-1);
  }
  return store;
}

std::string in_quarantine(const Entry& entry) {
  return fmt::format("is in quarantine as {}", entry.manifest.about.id);
}

std::string not_finished(const Trouble& failure) {
  return fmt::format("an interrupted purge or restore can't be undone yet: {}", failure.what);
}

std::string recover_purge(const Vault& vault, Entry& entry, Changes& changes) {
  if (entry.manifest.complete && holds_all(entry)) {
    if (const auto failure = publish(vault, entry, changes)) return not_finished(*failure);
    return fmt::format("an interrupted purge was finished: the credential {}",
                       in_quarantine(entry));
  }
  Settled settled;
  const Descriptor store = purged_directory(entry.manifest);
  if (const auto failure = undo_purge(vault, entry, store, changes, settled)) {
    return not_finished(*failure);
  }
  if (settled.in_entry) {
    return fmt::format(
        "an interrupted purge could not be undone, because its place is taken or "
        "gone: what it had moved {}",
        in_quarantine(entry));
  }
  return "an interrupted purge was undone: the credential is where it was";
}

std::string recover_restore(const Vault& vault, Entry& entry, Changes& changes) {
  Settled settled;
  MaybeTrouble failure;
  if (entry.manifest.about.restored_at || holds_none(entry)) {
    settled.at_place = true;
    failure = conclude_restore(vault, entry, changes);
  } else {
    failure = undo_restore(vault, entry, locate(entry.manifest.about.path), changes, settled);
  }
  if (failure) return not_finished(*failure);
  if (settled.at_place) return "an interrupted restore was finished";
  return fmt::format("an interrupted restore was undone: the credential {}", in_quarantine(entry));
}

std::optional<Warning> recover_entry(const Vault& vault, const std::string& name,
                                     Changes& changes) {
  if (name.ends_with(kAside)) return recover_aside(vault, name, changes);
  Entry entry;
  const auto unreadable = open_entry(vault, name, entry);
  const bool deleting = name.ends_with(kDeleting);
  // Before its manifest is complete on the disk, nothing has been moved into an entry.
  if (deleting || (unreadable && name.ends_with(kMoving) && !is_taken({entry.directory, "0000"}))) {
    const auto failure = discard(vault, entry, changes);
    const std::string path = entry.manifest.about.path;
    if (failure) return Warning{path, "an interrupted deletion stays: " + failure->what};
    return Warning{path, deleting ? "an interrupted deletion in the quarantine was finished"
                                  : "an interrupted purge was undone before it had moved anything"};
  }
  if (unreadable) return Warning{vault.path + "/" + name, not_finished(*unreadable)};
  const bool database = entry.manifest.about.kind == StoreKind::whatsmeow_database;
  std::string what;
  if (name.ends_with(kMoving)) {
    what = database ? recover_database_purge(vault, entry, changes)
                    : recover_purge(vault, entry, changes);
  } else {
    what = database ? recover_database_restore(vault, entry, changes)
                    : recover_restore(vault, entry, changes);
  }
  return Warning{entry.manifest.about.path, std::move(what)};
}

}  // namespace

QuarantineReading read_quarantine(const std::string& path) {
  QuarantineReading reading;
  Vault vault;
  vault.path = path;
  if (const int error = open_quarantine(path, vault.directory); error != 0) {
    if (error != ENOENT) {
      reading.warnings.push_back(
          {path, error == EPERM
                     ? "the quarantine belongs to another user"
                     : fmt::format("the quarantine can't be opened: {}", std::strerror(error))});
    }
    return reading;
  }
  for (const std::string& name : entry_names(vault.directory, false)) {
    Entry entry;
    if (const auto failure = open_entry(vault, name, entry)) {
      reading.warnings.push_back({fmt::format("{}/{}", path, name), failure->what});
    } else {
      reading.entries.push_back(quarantined_of(entry.manifest));
    }
  }
  std::ranges::stable_sort(reading.entries, {}, &Quarantined::quarantined_at);
  return reading;
}

bool has_unfinished(const std::string& path) {
  Descriptor directory(-1);
  return open_quarantine(path, directory) == 0 && !entry_names(directory, true).empty();
}

std::vector<Warning> recover(const Means& means) {
  std::vector<Warning> warnings;
  if (!has_unfinished(means.quarantine)) return warnings;
  Changes real;
  Changes& changes = means.changes != nullptr ? *means.changes : real;
  Vault vault;
  if (!try_open_vault(means.quarantine, changes, vault)) return warnings;
  for (const std::string& name : entry_names(vault.directory, true)) {
    if (auto warning = recover_entry(vault, name, changes)) warnings.push_back(*warning);
  }
  return warnings;
}

std::vector<Warning> expire(const Means& means, Time now) {
  std::vector<Warning> warnings;
  std::vector<std::string> ids;
  for (const Quarantined& quarantined : read_quarantine(means.quarantine).entries) {
    if (quarantined.expires_at <= now) ids.push_back(quarantined.id);
  }
  if (ids.empty()) return warnings;
  Changes real;
  Changes& changes = means.changes != nullptr ? *means.changes : real;
  Vault vault;
  if (!try_open_vault(means.quarantine, changes, vault)) return warnings;
  for (const std::string& id : ids) {
    Entry entry;
    if (open_entry(vault, id, entry)) continue;
    if (const auto failure = discard(vault, entry, changes)) {
      warnings.push_back({entry.manifest.about.path,
                          fmt::format("its entry {} in the quarantine has expired, and can't be "
                                      "deleted: {}",
                                      id, failure->what)});
    }
  }
  return warnings;
}

}  // namespace wasession::apply

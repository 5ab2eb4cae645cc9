#include "apply/quarantine/database.h"

#include <cerrno>
#include <filesystem>

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "apply/locks.h"
#include "apply/quarantine/device_rows.h"
#include "apply/quarantine/directory.h"
#include "apply/quarantine/purge.h"
#include "apply/quarantine/restore.h"
#include "apply/quarantine/transfer.h"
#include "apply/quarantine/undo.h"
#include "apply/steps.h"

namespace wasession::apply {
namespace {

std::string directory_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

/// Where the copy is. SQLite wants a path, and one without symbolic links.
std::string copy_path(const Vault& vault, const Entry& entry) {
  return std::filesystem::canonical(vault.path).string() + "/" + entry.name + "/" + number_of(0);
}

/// No wacli goes on the network for a store, or writes to it, while its LOCK is held.
MaybeTrouble keep_wacli_out(const Step& step, HeldLocks& locks) {
  if (step.purge->tool != Tool::wacli) return std::nullopt;
  const int error = locks.take(directory_of(step.target) + "/LOCK");
  if (error == 0 || error == ENOENT) return std::nullopt;
  if (error == EWOULDBLOCK) return refusal("a wacli holds the store's lock");
  return trouble("the store's lock can't be taken", error);
}

/// Whether the path still leads to the file that was judged, and that is the one SQLite has open.
MaybeTrouble check_identity(const Step& step, SQLite::Database* database) {
  const Location location = locate(step.target);
  struct stat now {};
  const int error =
      location.directory ? look_at(location.directory, location.name, now) : location.error;
  int moved = 0;
  if (database != nullptr) {
    sqlite3_file_control(database->getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  }
  if (error == ENOENT) return Trouble{"it is gone already", TroubleKind::not_needed};
  if (error == 0 && S_ISREG(now.st_mode) && identity_of(now) == step.identity && moved == 0) {
    return std::nullopt;
  }
  return refusal("another file has taken its place");
}

/// Runs what talks to SQLite, and gives what it throws as a value.
template <typename Work>
MaybeTrouble attempt(const Work& work) {
  try {
    work();
    return std::nullopt;
  } catch (const SQLite::Exception& failure) {
    return trouble_of(failure);
  } catch (const Trouble& failure) {
    return failure;
  } catch (const std::filesystem::filesystem_error& failure) {
    return Trouble{failure.what(), TroubleKind::could_not};
  }
}

void require(MaybeTrouble failure) {
  if (failure) throw std::move(*failure);
}

void require(std::string_view tried, int error) {
  if (error != 0) throw trouble(tried, error);
}

/// Writes the copy, and the manifest that says that it is complete.
void make_copy(const Step& step, const Vault& vault, Entry& entry, const std::string& jid,
               Changes& changes) {
  constexpr mode_t kPermissions = 07777;
  const Location location = locate(step.target);
  struct stat original {};
  require("the database can't be looked at", look_at(location.directory, location.name, original));
  {
    const Descriptor file = changes.create(entry.directory, number_of(0), 0600);
    if (!file) throw trouble("no copy can be made in the quarantine", errno);
  }
  copy_with_one_device(step.target, copy_path(vault, entry), jid);
  struct stat status {};
  const Descriptor file = open_file(entry.directory, number_of(0), status);
  if (!file) throw trouble("the copy in the quarantine can't be opened", errno);
  if (status.st_uid != original.st_uid || status.st_gid != original.st_gid) {
    require("the copy can't be given to the database's owner",
            changes.set_owner(file, original.st_uid, original.st_gid));
  }
  require("the copy's mode can't be set", changes.set_mode(file, original.st_mode & kPermissions));
  require(complete(entry, changes));
}

/// All but the last word. `note` is what stays to be said although it is done.
MaybeTrouble purge_rows(const Step& step, const Vault* vault, Entry* entry, const Means& means,
                        Changes& changes, std::string& note) {
  return attempt([&] {
    SQLite::Database database = open_for_change(step.target);
    // From here on others read and don't write: the copy is what is deleted.
    database.exec("BEGIN IMMEDIATE");
    require(check_identity(step, &database));
    const std::string jid = find_device(database, step.purge->jid);
    if (entry != nullptr) make_copy(step, *vault, *entry, jid, changes);
    if (means.is_interrupted()) {
      throw Trouble{"interrupted: everything is where it was", TroubleKind::interrupted};
    }
    delete_device(database, jid);
    database.exec("COMMIT");
    if (const auto failure = scrub(database)) note = "; " + *failure;
  });
}

/// The device that is alone in the copy; nothing when the copy can't be read.
std::optional<std::string> device_in_copy(const Vault& vault, const Entry& entry) {
  std::optional<std::string> jid;
  static_cast<void>(attempt([&] {
    SQLite::Database copy = open_for_change(copy_path(vault, entry));
    jid = find_device(copy, std::nullopt);
  }));
  return jid;
}

enum class Presence { there, gone, unknown };

/// Whether the entry's device is in its database. Opening it rolls back what was not committed.
Presence device_in_store(const Vault& vault, const Entry& entry) {
  const std::string& path = entry.manifest.about.path;
  const Location location = locate(path);
  struct stat status {};
  const int error =
      location.directory ? look_at(location.directory, location.name, status) : location.error;
  if (error == ENOENT) return Presence::gone;
  const auto jid = device_in_copy(vault, entry);
  if (error != 0 || !S_ISREG(status.st_mode) || !jid) return Presence::unknown;
  Presence presence = Presence::unknown;
  static_cast<void>(attempt([&] {
    SQLite::Database database = open_for_change(path);
    presence = has_device(database, *jid) ? Presence::there : Presence::gone;
  }));
  return presence;
}

/// Whether the entry counts now; false when the copy was not needed.
MaybeTrouble settle_purge(const Vault& vault, Entry& entry, Changes& changes, bool& counts) {
  counts = false;
  // Before the manifest is complete, the database has not been touched.
  const Presence presence =
      entry.manifest.complete ? device_in_store(vault, entry) : Presence::there;
  if (presence == Presence::unknown) {
    return Trouble{"its database can't be read", TroubleKind::could_not};
  }
  if (presence == Presence::there) return discard(vault, entry, changes);
  counts = true;
  if (const int error = rename_entry(vault, entry, "", changes); error != 0) {
    return trouble("the entry can't be completed", error);
  }
  return std::nullopt;
}

}  // namespace

Outcome quarantine_database(const Step& step, const Means& means, Changes& changes) {
  HeldLocks own;
  HeldLocks& locks = means.locks != nullptr ? *means.locks : own;
  if (auto failure = check_identity(step, nullptr)) return outcome_of(step, *failure);
  if (auto failure = keep_wacli_out(step, locks)) return outcome_of(step, *failure);
  Vault vault;
  if (auto failure = make_quarantine(means.quarantine, changes)) return outcome_of(step, *failure);
  if (auto failure = open_vault(means, changes, vault)) return outcome_of(step, *failure);
  struct stat directory {};
  if (::fstat(locate(step.target).directory.get(), &directory) != 0) {
    return not_opened(step, errno);
  }
  Entry entry;
  entry.manifest = manifest_for(step, directory);
  entry.manifest.files.resize(1);
  entry.manifest.files[0].file.name = step.target.substr(step.target.rfind('/') + 1);
  entry.manifest.files[0].number = number_of(0);
  if (auto failure = make_entry(vault, entry, changes)) return outcome_of(step, *failure);

  std::string note;
  const auto failure = purge_rows(step, &vault, &entry, means, changes, note);
  // After a failing COMMIT only a look tells whether it happened.
  bool counts = false;
  const auto unsettled = settle_purge(vault, entry, changes, counts);
  if (unsettled) {
    return outcome_of(step, {fmt::format("{}{}: the next wasession finishes that",
                                         failure ? failure->what + "; " : "", unsettled->what),
                             TroubleKind::could_not});
  }
  if (!counts) {
    return outcome_of(
        step,
        failure ? *failure : Trouble{"the device was there again at once", TroubleKind::could_not});
  }
  return done(step, fmt::format("the device is moved to quarantine as {}{}",
                                entry.manifest.about.id, note));
}

Outcome erase_database(const Step& step, const Means& means, Changes& changes) {
  HeldLocks own;
  HeldLocks& locks = means.locks != nullptr ? *means.locks : own;
  if (auto failure = check_identity(step, nullptr)) return outcome_of(step, *failure);
  if (auto failure = keep_wacli_out(step, locks)) return outcome_of(step, *failure);
  std::string note;
  if (auto failure = purge_rows(step, nullptr, nullptr, means, changes, note)) {
    return outcome_of(step, *failure);
  }
  return done(step, "the device is deleted" + note);
}

std::string recover_database_purge(const Vault& vault, Entry& entry, Changes& changes) {
  bool counts = false;
  if (const auto failure = settle_purge(vault, entry, changes, counts)) {
    return fmt::format("an interrupted purge can't be settled yet: {}", failure->what);
  }
  if (!counts) return "an interrupted purge was undone: the credential is where it was";
  return fmt::format("an interrupted purge was finished: the credential is in quarantine as {}",
                     entry.manifest.about.id);
}

Outcome restore_database(const Step& step, const Means& means, const Vault& vault, Entry& entry,
                         Changes& changes) {
  HeldLocks own;
  HeldLocks& locks = means.locks != nullptr ? *means.locks : own;
  Directory directory;
  if (auto failure = open_place(directory_of(step.target), directory)) {
    return outcome_of(step, *failure);
  }
  if (!directory.descriptor) {
    return outcome_of(step, refusal("the directory that it was in is gone"));
  }
  if (auto failure = keep_wacli_out(step, locks)) return outcome_of(step, *failure);
  if (auto failure = verify(entry)) return outcome_of(step, *failure);
  const std::string& name = entry.manifest.files.at(0).file.name;
  if (!is_taken({directory.descriptor, name})) {
    for (const char* const ending : {"-journal", "-wal"}) {
      if (!is_taken({directory.descriptor, name + ending})) continue;
      return outcome_of(step,
                        refusal(fmt::format("{}{} of another database is there", name, ending)));
    }
    return restore_files(step, means, vault, entry, directory, changes);
  }
  if (!is_regular({directory.descriptor, name})) {
    return outcome_of(step, refusal("what is at its place is no database"));
  }
  if (auto failure = announce_restore(vault, entry, false, changes)) {
    return outcome_of(step, *failure);
  }
  auto failure = attempt([&] {
    SQLite::Database database = open_for_change(step.target);
    insert_device(database, copy_path(vault, entry));
  });
  const Presence presence = device_in_store(vault, entry);
  if (!failure && presence == Presence::there) {
    failure = conclude_restore(vault, entry, changes);
    if (!failure) return done(step, "the device is back in the database");
  } else if (failure && failure->kind == TroubleKind::refused) {
    static_cast<void>(rename_entry(vault, entry, "", changes));
  } else {
    const std::string second = recover_database_restore(vault, entry, changes);
    if (!failure) failure = Trouble{second, TroubleKind::could_not};
  }
  return outcome_of(step, *failure);
}

std::string recover_database_restore(const Vault& vault, Entry& entry, Changes& changes) {
  constexpr std::string_view kFinished = "an interrupted restore was finished";
  const auto not_yet = [](const Trouble& failure) {
    return fmt::format("an interrupted restore can't be settled yet: {}", failure.what);
  };
  const bool held = is_taken({entry.directory, number_of(0)});
  const Presence presence =
      entry.manifest.about.restored_at || !held ? Presence::there : device_in_store(vault, entry);
  if (presence == Presence::unknown) {
    return not_yet({"its database can't be read", TroubleKind::could_not});
  }
  if (presence == Presence::there) {
    const auto failure = conclude_restore(vault, entry, changes);
    return failure ? not_yet(*failure) : std::string(kFinished);
  }
  const Location place = locate(directory_of(entry.manifest.about.path));
  const Location file = locate(entry.manifest.about.path);
  Settled settled;
  MaybeTrouble failure;
  if (file.directory && is_taken({file.directory, file.name})) {
    const int error = rename_entry(vault, entry, "", changes);
    if (error != 0) failure = trouble("the entry can't be completed", error);
  } else {
    failure = undo_restore(vault, entry, place, changes, settled);
  }
  if (failure) return not_yet(*failure);
  return fmt::format("an interrupted restore was undone: the credential is in quarantine as {}",
                     entry.manifest.about.id);
}

}  // namespace wasession::apply

#include <cerrno>

#include <fmt/format.h>

#include "apply/quarantine/directory.h"
#include "apply/quarantine/purge.h"
#include "apply/quarantine/transfer.h"
#include "apply/quarantine/undo.h"
#include "apply/steps.h"

namespace wasession::apply {
namespace {

/// OpenClaw takes whatever lies beside an account's directory for an account.
bool lies_in_tools_folder(const std::string& quarantine, const Step& step) {
  const bool beside = step.purge->tool == Tool::openclaw;
  const std::string folder = beside ? step.target.substr(0, step.target.rfind('/')) : step.target;
  return quarantine.starts_with(folder + "/") || quarantine == folder;
}

std::string files(std::size_t count) {
  return fmt::format("{} file{}", count, count == 1 ? "" : "s");
}

/// Moves every file in, and looks at what has arrived: a name may have changed hands since it was
/// looked at.
MaybeTrouble fill(const Directory& directory, Entry& entry, const Means& means, Changes& changes) {
  for (const KeptFile& kept : entry.manifest.files) {
    if (means.is_interrupted()) {
      return Trouble{"interrupted: everything is where it was", TroubleKind::interrupted};
    }
    int error = bring_in(directory.descriptor, entry, kept, changes);
    if (error == ENOENT) continue;
    if (error == 0 && !is_regular({entry.directory, kept.number})) {
      error = give_back(directory.descriptor, entry, kept, changes);
    }
    if (error != 0) return trouble(fmt::format("{} can't be moved", kept.file.name), error);
  }
  int error = changes.sync(entry.directory);
  if (error == 0) error = changes.sync(directory.descriptor);
  if (error != 0) return trouble("the moving can't be brought to the disk", error);
  return std::nullopt;
}

/// Undoes what was done before `first` went wrong, and says what came of that too.
Trouble undo(const Vault& vault, Entry& entry, const Directory& directory, Changes& changes,
             Trouble first) {
  Settled settled;
  const auto second = undo_purge(vault, entry, directory.descriptor, changes, settled);
  if (second) {
    return {fmt::format("{}; undoing it failed too ({}): the next wasession finishes that, and "
                        "what is missing here is in {}/{}",
                        first.what, second->what, vault.path, entry.name),
            TroubleKind::could_not};
  }
  if (!settled.in_entry) return first;
  return {fmt::format("{}; {} had been written anew meanwhile, so the moved ones stay in "
                      "quarantine as {}",
                      first.what, files(entry.manifest.files.size()), entry.manifest.about.id),
          TroubleKind::could_not};
}

/// The judged directory and the credentials in it; an Outcome when there is nothing to do or it
/// can't be done.
std::optional<Outcome> look_into(const Step& step, Directory& directory, Contents& contents) {
  directory = Directory();
  contents = Contents();
  if (auto outcome = open_judged(step, directory)) return outcome;
  if (auto failure = list_contents(directory, contents)) return outcome_of(step, *failure);
  if (contents.credentials.empty()) return skipped(step, "there are no credentials in it");
  return std::nullopt;
}

}  // namespace

Outcome quarantine_directory(const Step& step, const Means& means, Changes& changes) {
  Directory directory;
  Contents contents;
  if (auto outcome = look_into(step, directory, contents)) return *outcome;
  if (lies_in_tools_folder(means.quarantine, step)) {
    return outcome_of(step, refusal(fmt::format("the quarantine {} lies in it, or where the tool "
                                                "takes every directory for an account",
                                                means.quarantine)));
  }

  Vault vault;
  if (auto failure = make_quarantine(means.quarantine, changes)) return outcome_of(step, *failure);
  if (auto failure = open_vault(means, changes, vault)) return outcome_of(step, *failure);
  // Another wasession may have moved it before it gave the lock back.
  if (auto outcome = look_into(step, directory, contents)) return *outcome;
  Entry entry;
  entry.manifest = manifest_for(step, directory.status);
  for (const std::string& name : contents.credentials) {
    KeptFile kept;
    kept.file.name = name;
    kept.number = number_of(entry.manifest.files.size());
    entry.manifest.files.push_back(std::move(kept));
  }
  if (auto failure = make_entry(vault, entry, changes)) return outcome_of(step, *failure);
  auto failure = fill(directory, entry, means, changes);
  if (!failure) failure = publish(vault, entry, changes);
  if (failure) return outcome_of(step, undo(vault, entry, directory, changes, *failure));

  bool alive = false;
  const std::string rest = leave(directory, changes, alive);
  std::string detail =
      fmt::format("{} moved to quarantine as {}; {}", files(entry.manifest.files.size()),
                  entry.manifest.about.id, rest);
  if (alive) return outcome_of(step, refusal(std::move(detail)));
  return done(step, std::move(detail));
}

/// What is deleted can't be undone, so that an interruption in the middle changes nothing: half a
/// credential is of use to nobody.
Outcome erase_directory(const Step& step, const Means&, Changes& changes) {
  Directory directory;
  Contents contents;
  if (auto outcome = look_into(step, directory, contents)) return *outcome;
  std::size_t deleted = 0;
  for (const std::string& name : contents.credentials) {
    if (!is_regular({directory.descriptor, name})) continue;
    const int error = changes.unlink(directory.descriptor, name);
    if (error == ENOENT) continue;
    if (error != 0) {
      return outcome_of(step, trouble(fmt::format("{} of {} deleted; {} can't be deleted", deleted,
                                                  files(contents.credentials.size()), name),
                                      error));
    }
    ++deleted;
  }
  if (const int error = changes.sync(directory.descriptor); error != 0) {
    return outcome_of(step, trouble("the deleting can't be brought to the disk", error));
  }
  bool alive = false;
  std::string detail = fmt::format("{} deleted; ", files(deleted));
  detail += leave(directory, changes, alive);
  if (alive) return outcome_of(step, refusal(std::move(detail)));
  return done(step, std::move(detail));
}

}  // namespace wasession::apply

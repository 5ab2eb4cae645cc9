#include "apply/quarantine/purge.h"

#include <chrono>

#include <fmt/format.h>

#include "apply/processes.h"
#include "apply/steps.h"

namespace wasession::apply {

std::optional<Outcome> somebody_lives(const Step& step) {
  for (const ProcessIdentity& process : step.purge->ended) {
    if (!has_ended(process)) return refused(step, fmt::format("process {} is alive", process.pid));
  }
  return std::nullopt;
}

Manifest manifest_for(const Step& step, const struct stat& directory) {
  constexpr mode_t kPermissions = 07777;
  const Time now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  Manifest manifest;
  Quarantined& about = manifest.about;
  about.id = id_at(now);
  about.session = step.purge->session;
  about.tool = step.purge->tool;
  about.kind = step.purge->kind;
  about.path = step.target;
  about.jid = step.purge->jid;
  about.quarantined_at = now;
  about.expires_at = now + kQuarantineLife;
  about.directory_mode = directory.st_mode & kPermissions;
  about.directory_uid = directory.st_uid;
  about.directory_gid = directory.st_gid;
  manifest.directory_inode = static_cast<std::uint64_t>(directory.st_ino);
  return manifest;
}

Outcome quarantine(const Step& step, const Means& means) {
  Changes real;
  Changes& changes = means.changes != nullptr ? *means.changes : real;
  if (auto outcome = somebody_lives(step)) return *outcome;
  if (means.is_interrupted()) return refused(step, "interrupted: nothing was changed");
  return step.purge->kind == StoreKind::baileys_directory
             ? quarantine_directory(step, means, changes)
             : quarantine_database(step, means, changes);
}

Outcome erase(const Step& step, const Means& means) {
  Changes real;
  Changes& changes = means.changes != nullptr ? *means.changes : real;
  if (auto outcome = somebody_lives(step)) return *outcome;
  if (means.is_interrupted()) return refused(step, "interrupted: nothing was changed");
  return step.purge->kind == StoreKind::baileys_directory ? erase_directory(step, means, changes)
                                                          : erase_database(step, means, changes);
}

}  // namespace wasession::apply

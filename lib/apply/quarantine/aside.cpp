#include "apply/quarantine/aside.h"

#include <cerrno>
#include <chrono>

#include <fmt/format.h>

#include "apply/quarantine/digest.h"
#include "apply/quarantine/transfer.h"
#include "apply/steps.h"

namespace wasession::apply {
namespace {

/// The path of the file, a zero byte, the name beside it that it has in between.
MaybeTrouble write_note(const Vault& vault, const std::string& note, const std::string& path,
                        const std::string& aside, Changes& changes) {
  const Descriptor file = changes.create(vault.directory, note, 0600);
  if (!file) return trouble("no note of it can be made in the quarantine", errno);
  int error = changes.write(file, path + '\0' + aside);
  if (error == 0) error = changes.sync(file);
  if (error == 0) error = changes.sync(vault.directory);
  if (error == 0) return std::nullopt;
  static_cast<void>(changes.unlink(vault.directory, note));
  return trouble("no note of it can be made in the quarantine", error);
}

struct Note {
  std::string path, aside;
};

/// Empty when it was not written to its end: nothing has been renamed then.
Note read_note(const Vault& vault, const std::string& name) {
  constexpr std::size_t kLongest = 8192;
  constexpr std::size_t kRandomName = 27;  // `.wasession-` and 16 digits
  struct stat status {};
  const Descriptor file = open_file(vault.directory, name, status);
  std::string text;
  Digest ignored;
  const bool read =
      file && S_ISREG(status.st_mode) && digest_of(file, ignored, [&](std::string_view piece) {
                                           text += piece;
                                           return text.size() > kLongest ? EFBIG : 0;
                                         }) == 0;
  const std::size_t zero = text.find('\0');
  if (!read || zero == std::string::npos) return {};
  const std::string aside = text.substr(zero + 1);
  const bool ours = aside.size() == kRandomName && aside.starts_with(".wasession-") &&
                    aside.find('/') == std::string::npos;
  return ours ? Note{text.substr(0, zero), aside} : Note{};
}

}  // namespace

Outcome remove_stale_lock(const Step& step, const Means& means) {
  Changes real;
  Changes& changes = means.changes != nullptr ? *means.changes : real;
  const std::string aside = random_name();
  if (means.quarantine.empty()) return remove_stale_lock(step, changes, aside);
  Vault vault;
  if (auto failure = make_quarantine(means.quarantine, changes)) return outcome_of(step, *failure);
  if (auto failure = open_vault(means, changes, vault)) return outcome_of(step, *failure);
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const std::string note = id_at(now) + std::string(kAside);
  if (auto failure = write_note(vault, note, step.target, aside, changes)) {
    return outcome_of(step, *failure);
  }
  Outcome outcome = remove_stale_lock(step, changes, aside);
  const Location location = locate(step.target);
  // What could not be put back stays noted.
  if (!location.directory || !is_taken({location.directory, aside})) {
    static_cast<void>(changes.unlink(vault.directory, note));
  }
  return outcome;
}

Warning recover_aside(const Vault& vault, const std::string& name, Changes& changes) {
  const Note note = read_note(vault, name);
  const Location location = note.path.empty() ? Location{Descriptor(-1), {}, 0} : locate(note.path);
  std::string what = "an interrupted removal of a lock was finished";
  if (location.directory && is_taken({location.directory, note.aside})) {
    const int error =
        changes.rename(location.directory, note.aside, location.directory, location.name);
    if (error != 0 && error != EEXIST) {
      return {note.path, fmt::format("an interrupted removal of a lock can't be undone yet: {}",
                                     std::strerror(error))};
    }
    what = error == EEXIST
               ? fmt::format(
                     "a removal of a lock was interrupted; there is a new one, and the old "
                     "one is now {}: delete it",
                     note.aside)
               : "an interrupted removal of a lock was undone: it is where it was";
  }
  if (const int error = changes.unlink(vault.directory, name); error != 0) {
    return {note.path,
            fmt::format("{}; the note of it can't be deleted: {}", what, std::strerror(error))};
  }
  return {note.path, what};
}

}  // namespace wasession::apply

#include "apply/quarantine/directory.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apply/quarantine/transfer.h"
#include "apply/steps.h"
#include "model/baileys_files.h"

namespace wasession::apply {
namespace {

int rank(const std::string& name) {
  if (name == kCredsBackup) return 0;
  return name == kCredsFile ? 1 : 2;
}

/// `3 other files stay (a, b, c)`; at most three by name.
std::string stay(std::vector<std::string> names, std::string_view what) {
  const std::size_t count = names.size();
  if (count > 3) names.resize(3);
  return fmt::format("{} {} {} ({}{})", count, what, count == 1 ? "stays" : "stay",
                     fmt::join(names, ", "), count > 3 ? ", …" : "");
}

/// Only what is gone needs no purging.
Outcome not_purged(const Step& step, int error) {
  Outcome outcome = not_opened(step, error);
  if (outcome.result == Result::skipped && error != ENOENT) outcome.result = Result::failed;
  return outcome;
}

}  // namespace

std::optional<Outcome> open_judged(const Step& step, Directory& directory) {
  directory.location = locate(step.target);
  if (!directory.location.directory) return not_purged(step, directory.location.error);
  directory.descriptor = open_directory(directory.location.directory, directory.location.name);
  if (!directory.descriptor) return not_purged(step, errno);
  if (::fstat(directory.descriptor.get(), &directory.status) != 0) return not_opened(step, errno);
  if (identity_of(directory.status) == step.identity) return std::nullopt;
  return refused(step, "another directory has taken its place");
}

MaybeTrouble list_contents(const Directory& directory, Contents& contents) {
  std::vector<std::string> names;
  if (const int error = list_names(directory.descriptor, names); error != 0) {
    return trouble("the directory can't be listed", error);
  }
  for (std::string& name : names) {
    if (!is_credential_file(name)) {
      contents.unknown.push_back(std::move(name));
    } else if (is_regular({directory.descriptor, name})) {
      contents.credentials.push_back(std::move(name));
    } else {
      contents.odd.push_back(std::move(name));
    }
  }
  std::ranges::stable_sort(contents.credentials, {}, rank);
  return std::nullopt;
}

std::string leave(const Directory& directory, Changes& changes, bool& alive) {
  Contents contents;
  if (list_contents(directory, contents)) return "the directory can't be listed again";
  alive = !contents.credentials.empty();
  if (alive) {
    return fmt::format("{} was written again meanwhile: a program still uses it",
                       contents.credentials.front());
  }
  std::string said;
  if (!contents.odd.empty()) said = stay(contents.odd, "not regular");
  if (!contents.unknown.empty()) {
    if (!said.empty()) said += ", ";
    said +=
        stay(contents.unknown, contents.unknown.size() == 1 ? "file of others" : "files of others");
  }
  if (!said.empty()) return said;
  struct stat now {};
  if (look_at(directory.location.directory, directory.location.name, now) != 0 ||
      identity_of(now) != identity_of(directory.status)) {
    return "another directory has taken its place, and stays";
  }
  const int error = changes.remove_directory(directory.location.directory, directory.location.name);
  if (error != 0) return fmt::format("the empty directory stays: {}", std::strerror(error));
  // The credentials are gone already; whether the name of an empty directory survives a power cut
  // doesn't matter.
  static_cast<void>(sync_above(directory.location, changes));
  return "the directory is removed";
}

int sync_above(const Location& location, Changes& changes) {
  // Its own descriptor is only for getting further down.
  const Descriptor readable = open_directory(location.directory, ".");
  return readable ? changes.sync(readable) : 0;
}

std::string aside_in_store(const Manifest& manifest, const KeptFile& kept) {
  return fmt::format(".wasession-{}-{}", manifest.about.id, kept.number);
}

std::string partial_in_store(const Manifest& manifest, const KeptFile& kept) {
  return aside_in_store(manifest, kept) + ".part";
}

std::string partial_in_entry(const KeptFile& kept) {
  return kept.number + ".part";
}

int bring_in(const Descriptor& store, const Entry& entry, const KeptFile& kept, Changes& changes) {
  return move_file({store, kept.file.name}, {entry.directory, kept.number},
                   {partial_in_entry(kept), aside_in_store(entry.manifest, kept)}, changes);
}

int bring_back(const Descriptor& store, const Entry& entry, const KeptFile& kept,
               Changes& changes) {
  return move_file({entry.directory, kept.number}, {store, kept.file.name},
                   {partial_in_store(entry.manifest, kept), kept.number + ".gone"}, changes);
}

int give_back(const Descriptor& store, const Entry& entry, const KeptFile& kept, Changes& changes) {
  const int error = changes.rename(entry.directory, kept.number, store, kept.file.name);
  if (error != EEXIST) return error;
  return changes.rename(entry.directory, kept.number, store, random_name());
}

}  // namespace wasession::apply

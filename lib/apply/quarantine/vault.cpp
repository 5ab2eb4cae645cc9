#include "apply/quarantine/vault.h"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "apply/quarantine/digest.h"

namespace wasession::apply {
namespace {

constexpr mode_t kPrivateDirectory = 0700;
constexpr mode_t kPermissions = 07777;
const std::string kLock = "lock";

/// A directory by its path, symbolic links above it followed: it is the user's own place.
Descriptor open_path(const std::string& path, int flags) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags));
}

int make_with_parents(const std::string& path, Changes& changes) {
  if (open_path(path, 0)) return 0;
  if (errno != ENOENT) return errno;
  const std::size_t last = path.rfind('/');
  const std::string above = last == 0 ? "/" : path.substr(0, last);
  if (const int error = make_with_parents(above, changes); error != 0) return error;
  const Descriptor parent = open_path(above, 0);
  if (!parent) return errno;
  const int error = changes.make_directory(parent, path.substr(last + 1), kPrivateDirectory);
  if (error != 0) return error == EEXIST ? 0 : error;
  return changes.sync(parent);
}

int open_lock(Vault& vault, Changes& changes) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    vault.lock = Descriptor(::openat(vault.directory.get(), kLock.c_str(),
                                     O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (vault.lock) return 0;
    if (errno != ENOENT) return errno;
    vault.lock = changes.create(vault.directory, kLock, 0600);
    if (vault.lock) return 0;
    if (errno != EEXIST) return errno;
  }
  return EAGAIN;
}

bool take(const Vault& vault) {
  return ::flock(vault.lock.get(), LOCK_EX | LOCK_NB) == 0;
}

Trouble cannot_use(const std::string& path, int error) {
  if (error == EPERM) {
    return {"the quarantine " + path + " belongs to another user", TroubleKind::could_not};
  }
  if (error == ELOOP || error == ENOTDIR) {
    return {"the quarantine " + path + " is no directory", TroubleKind::could_not};
  }
  return trouble("the quarantine " + path + " can't be used", error);
}

MaybeTrouble unlink_all(const Entry& entry, Changes& changes) {
  std::vector<std::string> names;
  if (const int error = list_names(entry.directory, names); error != 0) {
    return trouble("the entry can't be listed", error);
  }
  for (const std::string& name : names) {
    if (const int error = changes.unlink(entry.directory, name); error != 0 && error != ENOENT) {
      return trouble("a file of the entry can't be deleted", error);
    }
  }
  return std::nullopt;
}

MaybeTrouble measure(const Descriptor& entry, KeptFile& kept, Changes& changes) {
  struct stat status {};
  const Descriptor file = open_file(entry, kept.number, status);
  if (!file) return trouble("a file in quarantine can't be opened", errno);
  Digest digest;
  if (const int error = digest_of(file, digest); error != 0) {
    return trouble("a file in quarantine can't be read", error);
  }
  // A client may have written it moments ago.
  if (const int error = changes.sync(file); error != 0) {
    return trouble("a file in quarantine can't be brought to the disk", error);
  }
  kept.file.sha256 = digest.sha256;
  kept.file.size = digest.size;
  kept.file.mode = status.st_mode & kPermissions;
  kept.file.uid = status.st_uid;
  kept.file.gid = status.st_gid;
  kept.modified = modified_time(status);
  return std::nullopt;
}

}  // namespace

int open_quarantine(const std::string& path, Descriptor& directory) {
  directory = open_path(path, O_NOFOLLOW);
  if (!directory) return errno;
  struct stat status {};
  if (::fstat(directory.get(), &status) != 0) return errno;
  return status.st_uid == ::geteuid() ? 0 : EPERM;
}

MaybeTrouble make_quarantine(const std::string& path, Changes& changes) {
  if (!path.starts_with('/')) return refusal("there is no quarantine to move it to");
  if (const int error = make_with_parents(path, changes); error != 0) {
    return cannot_use(path, error);
  }
  Descriptor directory(-1);
  if (const int error = open_quarantine(path, directory); error != 0) {
    return cannot_use(path, error);
  }
  struct stat status {};
  if (::fstat(directory.get(), &status) != 0) return cannot_use(path, errno);
  if ((status.st_mode & kPermissions) == kPrivateDirectory) return std::nullopt;
  if (const int error = changes.set_mode(directory, kPrivateDirectory); error != 0) {
    return cannot_use(path, error);
  }
  return std::nullopt;
}

MaybeTrouble open_vault(const Means& means, Changes& changes, Vault& vault) {
  using std::chrono::steady_clock;
  vault.path = means.quarantine;
  if (const int error = open_quarantine(vault.path, vault.directory); error != 0) {
    return cannot_use(vault.path, error);
  }
  if (const int error = open_lock(vault, changes); error != 0) return cannot_use(vault.path, error);
  const auto begin = steady_clock::now();
  while (!take(vault)) {
    if (errno != EWOULDBLOCK && errno != EINTR) return cannot_use(vault.path, errno);
    const auto waited =
        std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
    if (means.is_interrupted()) {
      return Trouble{"interrupted: nothing was changed", TroubleKind::interrupted};
    }
    if (waited >= means.timeout) {
      return Trouble{"another wasession is at work in the quarantine", TroubleKind::could_not};
    }
    if (means.waiting) {
      means.waiting("another wasession is at work in the quarantine", waited, means.timeout);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return std::nullopt;
}

bool try_open_vault(const std::string& path, Changes& changes, Vault& vault) {
  vault.path = path;
  return open_quarantine(path, vault.directory) == 0 && open_lock(vault, changes) == 0 &&
         take(vault);
}

MaybeTrouble make_entry(const Vault& vault, Entry& entry, Changes& changes) {
  entry.name = entry.manifest.about.id + std::string(kMoving);
  int error = changes.make_directory(vault.directory, entry.name, kPrivateDirectory);
  if (error != 0) return trouble("no entry can be made in the quarantine", error);
  entry.directory = open_directory(vault.directory, entry.name);
  error = entry.directory ? write_manifest(entry.directory, entry.manifest, changes) : errno;
  if (error == 0) error = changes.sync(vault.directory);
  if (error == 0) return std::nullopt;
  discard(vault, entry, changes);
  return trouble("no entry can be made in the quarantine", error);
}

MaybeTrouble open_entry(const Vault& vault, const std::string& name, Entry& entry) {
  entry.name = name;
  entry.directory = open_directory(vault.directory, name);
  if (!entry.directory) return trouble("the entry can't be opened", errno);
  auto manifest = read_manifest(entry.directory);
  if (!manifest || !name.starts_with(manifest->about.id)) {
    return Trouble{"its manifest is missing or damaged", TroubleKind::could_not};
  }
  entry.manifest = std::move(*manifest);
  return std::nullopt;
}

int rename_entry(const Vault& vault, Entry& entry, std::string_view ending, Changes& changes) {
  const std::string to = entry.name.substr(0, entry.name.find('.')) + std::string(ending);
  const int error = changes.rename(vault.directory, entry.name, vault.directory, to);
  if (error != 0) return error;
  entry.name = to;
  // Before and after a power cut either name is true: an error here changes nothing.
  static_cast<void>(changes.sync(vault.directory));
  return 0;
}

MaybeTrouble complete(Entry& entry, Changes& changes) {
  std::vector<KeptFile> present;
  for (KeptFile& kept : entry.manifest.files) {
    struct stat status {};
    const int error = look_at(entry.directory, kept.number, status);
    if (error == ENOENT) continue;
    if (error != 0) return trouble("a file in quarantine can't be looked at", error);
    if (auto failure = measure(entry.directory, kept, changes)) return failure;
    present.push_back(kept);
  }
  entry.manifest.files = std::move(present);
  entry.manifest.complete = true;
  if (const int error = write_manifest(entry.directory, entry.manifest, changes); error != 0) {
    return trouble("the manifest can't be written", error);
  }
  return std::nullopt;
}

MaybeTrouble publish(const Vault& vault, Entry& entry, Changes& changes) {
  if (auto failure = complete(entry, changes)) return failure;
  if (const int error = rename_entry(vault, entry, "", changes); error != 0) {
    return trouble("the entry can't be completed", error);
  }
  return std::nullopt;
}

MaybeTrouble discard(const Vault& vault, Entry& entry, Changes& changes) {
  if (!entry.name.ends_with(kDeleting)) {
    if (const int error = rename_entry(vault, entry, kDeleting, changes); error != 0) {
      return trouble("the entry can't be deleted", error);
    }
  }
  if (entry.directory) {
    if (auto failure = unlink_all(entry, changes)) return failure;
  }
  if (const int error = changes.remove_directory(vault.directory, entry.name); error != 0) {
    return trouble("the entry can't be deleted", error);
  }
  return std::nullopt;
}

}  // namespace wasession::apply

#include "apply/quarantine/transfer.h"

#include <cerrno>

#include "apply/quarantine/digest.h"

namespace wasession::apply {
namespace {

constexpr mode_t kPermissions = 07777;

/// Device, inode, size and time: equal values mean that nobody wrote to it in between.
bool unchanged(const struct stat& one, const struct stat& other) {
  const timespec before = modified_time(one), after = modified_time(other);
  return identity_of(one) == identity_of(other) && one.st_size == other.st_size &&
         before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec;
}

/// Mode, owner and time of the copy. The owner first: a change of owner clears mode bits.
int dress(const Descriptor& copy, const struct stat& original, Changes& changes) {
  struct stat status {};
  if (::fstat(copy.get(), &status) != 0) return errno;
  if (status.st_uid != original.st_uid || status.st_gid != original.st_gid) {
    if (const int error = changes.set_owner(copy, original.st_uid, original.st_gid); error != 0) {
      return error;
    }
  }
  if (const int error = changes.set_mode(copy, original.st_mode & kPermissions); error != 0) {
    return error;
  }
  return changes.set_modified(copy, modified_time(original));
}

/// Writes `partial`, and returns when it is on the disk and equals the original.
int copy(const Descriptor& original, const struct stat& status, const Place& partial,
         Changes& changes) {
  const Descriptor target = changes.create(partial.directory, partial.name, 0600);
  if (!target) return errno;
  Digest read, written;
  int error = digest_of(original, read,
                        [&](std::string_view piece) { return changes.write(target, piece); });
  if (error == 0) error = dress(target, status, changes);
  if (error == 0) error = changes.sync(target);
  if (error == 0) error = digest_of(target, written);
  if (error == 0 && !(read == written)) error = EIO;
  return error;
}

/// The original, once its copy is complete.
int remove_original(const Place& from, const std::string& aside, const struct stat& judged,
                    const Place& copied, Changes& changes) {
  if (const int error = changes.rename(from.directory, from.name, from.directory, aside);
      error != 0) {
    return error;
  }
  struct stat now {};
  if (const int error = look_at(from.directory, aside, now); error != 0) return error;
  if (!unchanged(now, judged)) {
    int error = changes.rename(from.directory, aside, from.directory, from.name);
    if (error == 0) error = changes.unlink(copied.directory, copied.name);
    return error != 0 ? error : EBUSY;
  }
  return changes.unlink(from.directory, aside);
}

}  // namespace

int move_file(const Place& from, const Place& to, const TemporaryNames& names, Changes& changes) {
  const int renamed = changes.rename(from.directory, from.name, to.directory, to.name);
  if (renamed != EXDEV) return renamed;
  struct stat status {};
  const Descriptor original = open_file(from.directory, from.name, status);
  if (!original) return errno;
  if (!S_ISREG(status.st_mode)) return EINVAL;
  const Place partial{to.directory, names.partial};
  int error = copy(original, status, partial, changes);
  if (error == 0) error = changes.rename(to.directory, names.partial, to.directory, to.name);
  if (error == 0) error = changes.sync(to.directory);
  return error != 0 ? error : remove_original(from, names.aside, status, to, changes);
}

bool same_content(const Place& one, const Place& other) {
  const auto first = digest_at(one.directory, one.name);
  return first && first == digest_at(other.directory, other.name);
}

bool is_taken(const Place& place) {
  struct stat status {};
  return look_at(place.directory, place.name, status) != ENOENT;
}

bool is_regular(const Place& place) {
  struct stat status {};
  return look_at(place.directory, place.name, status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace wasession::apply

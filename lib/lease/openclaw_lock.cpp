#include "lease/openclaw_lock.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include "lease/files.h"
#include "lease/lease.h"
#include "lease/unnamed_file.h"
#include "model/condition.h"
#include "observe/files/files.h"
#include "observe/places/openclaw_locks.h"
#include "observe/processes/processes.h"

namespace wasession::lease {
namespace {

using observe::Descriptor;
using observe::openclaw::LockFile;

/// A lock that is taken over may come back by another gateway's hand, but not for ever.
constexpr int kMostTries = 10;

Attempt cannot(const std::string& path, std::string why) {
  return {Answer::cannot, path, std::move(why)};
}

Attempt failed(const std::string& path, std::string_view what, int error) {
  return {is_for_want_of_room(error) ? Answer::no_room : Answer::cannot, path,
          fmt::format("can't {} OpenClaw's lock {}: {}", what, path, std::strerror(error))};
}

Time now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// What OpenClaw itself makes of a lock (openclaw.md section 4.3), but for garbage, which it
/// refuses for ever.
enum class State { free, stale, garbage, busy };

bool has_ended(const LockFile& lock) {
  const auto process = observe::process_with(lock.pid);
  if (!process) return ::kill(lock.pid, 0) != 0 && errno == ESRCH;
  return process->zombie || (lock.start != 0 && lock.start != process->identity.start);
}

State state_of(const LockFile& lock) {
  switch (lock.content) {
    case LockFile::Content::owner:
      return has_ended(lock) ? State::stale : State::busy;
    case LockFile::Content::nobody:
      return now() - lock.facts.modified >= kSettledLock ? State::stale : State::busy;
    case LockFile::Content::garbage:
      return now() - lock.facts.modified >= kSettledLock ? State::garbage : State::busy;
    case LockFile::Content::unknown:
      break;
  }
  return lock.facts.kind == observe::FileKind::missing ? State::free : State::busy;
}

Attempt held(const std::string& path, const LockFile& lock) {
  Attempt attempt{Answer::held, path, "", {}, lock.pid};
  if (lock.content == LockFile::Content::owner) {
    attempt.why = fmt::format("OpenClaw's lock {} is held by pid {}", path, lock.pid);
  } else {
    attempt.why = fmt::format(
        "OpenClaw's lock {} names no process and is new: it may be being written; when it is five "
        "minutes old it is taken over",
        path);
  }
  return attempt;
}

/// Takes a judged lock out of the way. It is renamed first and looked at again, so that one which a
/// starting gateway has put there meanwhile goes back. False when it was such a one.
bool remove_judged(const Descriptor& directory, const std::string& name,
                   const FileIdentity& judged) {
  const std::string aside = fmt::format("{}.{}.old", name, ::getpid());
  if (::renameat(directory.get(), name.c_str(), directory.get(), aside.c_str()) != 0) return false;
  struct stat status {};
  const bool same = ::fstatat(directory.get(), aside.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                    status.st_dev == judged.device && status.st_ino == judged.inode;
  if (!same) {
    static_cast<void>(::linkat(directory.get(), aside.c_str(), directory.get(), name.c_str(), 0));
  }
  ::unlinkat(directory.get(), aside.c_str(), 0);
  return same;
}

}  // namespace

std::string openclaw_lock_text(const ProcessIdentity& owner, Time created_at) {
  const auto fraction = created_at.time_since_epoch().count() % 1000;
  std::string created = rfc3339(created_at);
  created.insert(created.size() - 1, fmt::format(".{:03}", fraction));
  std::array<unsigned char, 16> token{};
  // OpenSSL's generator takes longer to set up than all the rest of `wasession run`.
  static_cast<void>(::getentropy(token.data(), token.size()));
  std::string bits;
  for (const unsigned char byte : token) {
    for (int bit = 0; bit < 8; ++bit) bits += (byte >> bit & 1) != 0 ? '\t' : ' ';
  }
  return fmt::format(
      "{{\n  \"pid\": {},\n  \"createdAt\": \"{}\",\n  \"starttime\": {}\n}}\n{}{}\n", owner.pid,
      created, owner.start, std::string(8, '\t'), bits);
}

Attempt Leases::take_openclaw(const std::string& path, std::vector<Warning>& warnings) {
  if (std::ranges::find(guards_, path) != guards_.end()) return {Answer::taken, path, ""};
  const Descriptor directory = directory_of(path);
  if (!directory) return failed(path, "reach", errno);
  const UnnamedFile file = UnnamedFile::make(directory, 0600);
  if (!file) return failed(path, "make", errno);
  const auto self = observe::process_with(::getpid());
  if (!self) return cannot(path, "this process can't be seen in the process table");
  give_to_owner_of(directory, file.file());
  const std::string text = openclaw_lock_text(self->identity, now());
  const ssize_t written = ::pwrite(file.file().get(), text.data(), text.size(), 0);
  if (written != static_cast<ssize_t>(text.size())) {
    return failed(path, "write", written < 0 ? errno : ENOSPC);
  }
  const std::string name(observe::base_name(path));
  for (int tries = 0; tries < kMostTries; ++tries) {
    const int error = file.link_as(directory, name);
    if (error == 0) {
      struct stat status {};
      ::fstat(file.file().get(), &status);
      made_.push_back({path, {status.st_dev, status.st_ino}});
      guards_.push_back(path);
      return {Answer::taken, path, ""};
    }
    if (error != EEXIST) return failed(path, "make", error);
    const LockFile lock = observe::openclaw::read_lock_file(path);
    const State state = state_of(lock);
    if (state == State::free) continue;
    if (lock.content == LockFile::Content::unknown) {
      return cannot(path, fmt::format("OpenClaw's lock {} is {} that can't be read", path,
                                      observe::describe(observe::facts_of(path).kind)));
    }
    if (state == State::busy && inherited_from_ &&
        inherited_from_->process == ProcessIdentity{lock.pid, lock.start}) {
      guards_.push_back(path);
      return {Answer::taken, path, ""};
    }
    if (state == State::busy) return held(path, lock);
    // Another user's process may be in a container, where a pid is another number.
    if (::geteuid() != 0 && lock.facts.owner != ::geteuid()) {
      return cannot(path, fmt::format("OpenClaw's lock {} is another user's (uid {}), and looks "
                                      "left behind: that user or root can remove it",
                                      path, lock.facts.owner));
    }
    if (remove_judged(directory, name, lock.facts.identity) && state == State::garbage) {
      warnings.push_back({path,
                          "it held no lock that OpenClaw can read, which would have kept its "
                          "gateway waiting for ever; it was replaced"});
    }
  }
  return cannot(path, fmt::format("OpenClaw's lock {} comes back again and again", path));
}

}  // namespace wasession::lease

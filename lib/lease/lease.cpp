#include "lease/lease.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "lease/files.h"
#include "lease/flock_within.h"
#include "lease/inherited.h"
#include "observe/files/files.h"
#include "observe/holders/leases.h"
#include "observe/places/openclaw_locks.h"
#include "observe/processes/processes.h"

namespace wasession::lease {

using observe::Descriptor;

namespace {

/// A lock file is never removed; whoever does it all the same must not make two holders.
constexpr int kMostReplacements = 100;

std::optional<LeaseRecord> read_record(const std::string& path) {
  auto record = observe::read_lease_record(path, observe::Links::show);
  if (!record) return std::nullopt;
  // The text outlives whom it names.
  const auto process = observe::process_with(record->process.pid);
  const bool lives = process && !process->zombie && process->identity == record->process;
  return lives ? record : std::nullopt;
}

/// Who has just taken it has not said so yet.
std::optional<LeaseRecord> patient_holder_of(const std::string& directory, const Claim& claim) {
  constexpr int kLooks = 20;
  for (int looks = 1;; ++looks) {
    auto record = holder_of(directory, claim);
    if (record || looks == kLooks) return record;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::string why_not(int error, const std::string& path) {
  if (error == EPERM) {
    return fmt::format(
        "{} is another user's, or others may write to it: a lock there proves "
        "nothing",
        observe::parent_path(path));
  }
  return fmt::format("can't open the lock {}: {}", path, std::strerror(error));
}

}  // namespace

Leases::Leases(std::string directory) : directory_(std::move(directory)) {}

Leases::~Leases() {
  for (const MadeLock& lock : made_) {
    // A removed file's number goes to the next one: a gateway's may have it by now.
    const auto now = observe::openclaw::read_lock_file(lock.path);
    if (now.pid != ::getpid() || now.facts.identity != lock.identity) continue;
    const Descriptor above = directory_of(lock.path);
    ::unlinkat(above.get(), std::string(observe::base_name(lock.path)).c_str(), 0);
  }
}

Attempt Leases::take(const Claim& claim, const Patience& patience) {
  if (std::ranges::find(leases_, claim) != leases_.end()) return {Answer::taken, "", ""};
  const bool one_device = !claim.device.empty();
  const auto of_account = [&](const Claim& taken) { return taken.account == claim.account; };
  const std::string account_file = lease_file({claim.account, ""});
  const std::string account_path = observe::join(directory_, account_file);
  if (!one_device) {
    // What its devices share is no lock of the whole account.
    for (const Claim& taken : leases_) {
      if (of_account(taken)) files_.erase(observe::join(directory_, lease_file(taken)));
    }
    std::erase_if(leases_, of_account);
    files_.erase(account_path);
  }
  Attempt attempt = take_file(account_file, one_device, patience);
  if (attempt.answer == Answer::taken && one_device) {
    attempt = take_file(lease_file(claim), false, patience);
  }
  if (attempt.answer == Answer::taken) {
    leases_.push_back(claim);
  } else if (std::ranges::none_of(leases_, of_account)) {
    // Who has no device of it keeps nobody from the account.
    files_.erase(account_path);
  }
  if (attempt.answer == Answer::held) attempt.holder = patient_holder_of(directory_, claim);
  return attempt;
}

Attempt Leases::take_file(const std::string& name, bool shared, const Patience& patience) {
  const std::string path = observe::join(directory_, name);
  if (files_.contains(path)) return {Answer::taken, path, ""};
  const Descriptor directory = make_directory(directory_);
  if (!directory) return {Answer::cannot, path, why_not(errno, path)};
  for (int tries = 0; tries < kMostReplacements; ++tries) {
    Descriptor file = open_lock(directory, name);
    if (!file) return {Answer::cannot, path, why_not(errno, path)};
    int error = flock_within(file.get(), shared, {});
    if (error == EWOULDBLOCK) {
      if (Descriptor inherited = inherited_lock(file)) {
        inherited_from_ = observe::read_lease_record(path, observe::Links::show);
        files_.emplace(path, std::move(inherited));
        return {Answer::taken, path, ""};
      }
      error = flock_within(file.get(), shared, patience);
    }
    if (error == EWOULDBLOCK) return {Answer::held, path, "the lease is taken"};
    if (error != 0) return {Answer::cannot, path, why_not(error, path)};
    if (!is_still(directory, name, file)) continue;
    files_.emplace(path, std::move(file));
    return {Answer::taken, path, ""};
  }
  return {Answer::cannot, path, fmt::format("the lock {} is replaced again and again", path)};
}

Attempt Leases::take(const RivalLock& lock, std::vector<Warning>& warnings) {
  return lock.tool == Tool::wacli ? take_wacli(lock.path) : take_openclaw(lock.path, warnings);
}

Attempt Leases::take_wacli(const std::string& path) {
  if (files_.contains(path)) return {Answer::taken, path, ""};
  const Descriptor directory = directory_of(path);
  const std::string name(observe::base_name(path));
  Descriptor file = directory ? open_lock(directory, name) : Descriptor();
  if (!file) {
    const int error = errno;
    return {is_for_want_of_room(error) ? Answer::no_room : Answer::cannot, path,
            fmt::format("can't open wacli's lock {}: {}", path, std::strerror(error))};
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return {Answer::cannot, path,
              fmt::format("can't take wacli's lock {}: {}", path, std::strerror(errno))};
    }
    Descriptor inherited = inherited_lock(file);
    if (!inherited) return {Answer::held, path, fmt::format("wacli's lock {} is held", path)};
    file = std::move(inherited);
  }
  // As wacli writes it (wacli.md section 3): its own refusal shows these two lines.
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  write_over(file, fmt::format("pid={}\nacquired_at={}\n", ::getpid(), rfc3339(now)));
  files_.emplace(path, std::move(file));
  guards_.push_back(path);
  return {Answer::taken, path, ""};
}

void Leases::write_record(LeaseRecord record) {
  record.guards = guards_;
  for (const Claim& claim : leases_) {
    record.claim = claim;
    const auto file = files_.find(observe::join(directory_, lease_file(claim)));
    if (file != files_.end()) write_over(file->second, lease_text(record));
  }
}

int Leases::let_command_inherit() {
  for (const auto& [path, file] : files_) {
    if (::fcntl(file.get(), F_SETFD, 0) != 0) return errno;
  }
  return 0;
}

std::optional<LeaseRecord> holder_of(const std::string& directory, const Claim& claim) {
  const auto of_file = [&](const std::string& name) {
    return read_record(observe::join(directory, name));
  };
  std::optional<LeaseRecord> record = of_file(lease_file({claim.account, ""}));
  if (!record && !claim.device.empty()) record = of_file(lease_file(claim));
  if (record) return record;
  // Claims on single devices write no record for the account.
  const std::string beginning = claim.account + ".";
  observe::for_each_entry(directory, [&](const observe::DirectoryEntry& entry) {
    if (entry.name.starts_with(beginning) && entry.name.ends_with(kLeaseSuffix)) {
      record = of_file(std::string(entry.name));
    }
    return !record;
  });
  return record;
}

}  // namespace wasession::lease

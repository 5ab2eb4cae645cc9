/// Leases of this process and of others, in a directory of their own.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>

#include "lease/lease.h"
#include "support/run.h"
#include "unit/apply/stopping_support.h"

namespace wasession::test {

inline const Claim kWhole{"15550001111", ""};
inline const Claim kDevice{"15550001111", "aabbccddeeff"};
inline const Claim kOtherDevice{"15550001111", "001122334455"};

/// Longer than any test: what waits so long waits for an event.
inline constexpr std::chrono::seconds kLong{600};

inline std::string words(const lease::Attempt& attempt) {
  switch (attempt.answer) {
    case lease::Answer::taken:
      return "taken";
    case lease::Answer::held:
      return "held";
    case lease::Answer::no_room:
      return "no room: " + attempt.why;
    case lease::Answer::cannot:
      return "cannot: " + attempt.why;
  }
  return "";
}

/// `taken`, `held`, or why it cannot be told.
inline std::string take(lease::Leases& leases, const Claim& claim = kWhole,
                        const lease::Patience& patience = {}) {
  return words(leases.take(claim, patience));
}

/// What this process writes into its leases.
inline LeaseRecord own_record(const std::string& command = "bot") {
  LeaseRecord record;
  record.process = identity_of_live(::getpid());
  record.command = command;
  return record;
}

/// In a child: what it inherited of this process's locks would count as its own.
inline void close_inherited_files() {
  constexpr int kMostDescriptors = 256;
  for (int descriptor = STDERR_FILENO + 1; descriptor < kMostDescriptors; ++descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) ::close(descriptor);
  }
}

/// Not made yet.
struct LeaseFolder {
  TemporaryDirectory root;
  std::string path = root.path("state/wasession/leases");

  std::string file(const Claim& claim = kWhole) const { return path + "/" + lease_file(claim); }
  void write(const std::string& text, const Claim& claim = kWhole) const {
    root.write_file("state/wasession/leases/" + lease_file(claim), text);
    // As it would have been made.
    for (const std::string& folder : {root.path("state/wasession"), path}) {
      REQUIRE(::chmod(folder.c_str(), 0700) == 0);
    }
  }
};

/// A process that has taken a lease and says so in its file.
class Elsewhere {
 public:
  explicit Elsewhere(const LeaseFolder& folder, const Claim& claim = kWhole)
      : child_([&] {
          close_inherited_files();
          auto leases = std::make_unique<lease::Leases>(folder.path);
          const std::string answer = take(*leases, claim);
          leases->write_record(own_record("elsewhere"));
          // Kept until the process is killed, which it always is.
          static_cast<void>(leases.release());
          return answer;
        }) {
    REQUIRE(child_.said() == "taken");
  }
  int pid() const { return child_.pid(); }
  void kill() const { kill_and_leave(child_.pid()); }

 private:
  LiveChild child_;
};

/// What a process that is none of this one's would be answered.
inline std::string answer_elsewhere(const LeaseFolder& folder, const Claim& claim = kWhole) {
  const LiveChild child([&] {
    close_inherited_files();
    lease::Leases leases(folder.path);
    return take(leases, claim);
  });
  return child.said();
}

/// A process that has locked a file and writes nothing into it.
class Locker {
 public:
  explicit Locker(const std::string& path)
      : child_([&] {
          close_inherited_files();
          const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
          return std::string(file >= 0 && ::flock(file, LOCK_EX | LOCK_NB) == 0 ? "has it" : "");
        }) {
    REQUIRE(child_.said() == "has it");
  }
  void kill() const { kill_and_leave(child_.pid()); }

 private:
  LiveChild child_;
};

/// What somebody who wants the lock alone would find.
inline bool is_free(const std::string& path) {
  const observe::Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE_MESSAGE(file, path, " can't be opened");
  return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

/// What `body` returns when a person who is not root runs it; all of `root` is the person's.
inline std::string as_person(const TemporaryDirectory& root,
                             const std::function<std::string()>& body) {
  if (::geteuid() == 0) {
    REQUIRE(::lchown(root.path().c_str(), kPersonId, kPersonId) == 0);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root.path())) {
      REQUIRE(::lchown(entry.path().c_str(), kPersonId, kPersonId) == 0);
    }
  }
  const LiveChild child([&]() -> std::string {
    const bool root_runs = ::geteuid() == 0;
    if (root_runs && (::setgid(kPersonId) != 0 || ::setuid(kPersonId) != 0)) return "no setuid";
    return body();
  });
  return child.said();
}

}  // namespace wasession::test

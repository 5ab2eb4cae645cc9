/// Every call that changes a file is made to fail, and to be the last one that succeeds. After
/// each, and after the next run's recovery, every byte is at its place or complete in quarantine.
#include <optional>
#include <set>

#include "unit/apply/quarantine_database_support.h"

using namespace wasession;
using namespace wasession::test;

namespace {

/// Not a std::exception: nobody on the way out takes it for a failure of one step.
struct Killed {};

/// Does not wait for the disk: no power is cut here, and thousands of runs would wait.
class Unsynced : public apply::Changes {
 public:
  int sync(const apply::Descriptor&) override { return 0; }
} unsynced;

/// Counts the calls, and makes the chosen one fail, or be the one before which the process ends.
class Faulty : public Unsynced {
 public:
  std::size_t calls = 0;
  std::size_t fault_at = 0;  ///< counted from 1; 0 is none
  std::optional<int> error;  ///< absent: the process is killed
  bool other_file_system = false;

  int meet() {
    ++calls;
    if (fault_at == 0 || calls < fault_at) return 0;
    if (!error) throw Killed{};
    return calls == fault_at ? *error : 0;
  }

  int move_aside(const apply::Location& at, const std::string& random) override {
    const int e = meet();
    return e != 0 ? e : Changes::move_aside(at, random);
  }
  int move_back(const apply::Location& at, const std::string& random) override {
    const int e = meet();
    return e != 0 ? e : Changes::move_back(at, random);
  }
  int remove(const apply::Location& at, const std::string& random) override {
    const int e = meet();
    return e != 0 ? e : Changes::remove(at, random);
  }
  int set_mode(const apply::Descriptor& file, mode_t mode) override {
    const int e = meet();
    return e != 0 ? e : Changes::set_mode(file, mode);
  }
  int rename(const apply::Descriptor& from_directory, const std::string& from,
             const apply::Descriptor& to_directory, const std::string& to) override {
    const int e = meet();
    if (e != 0) return e;
    if (other_file_system && from_directory.get() != to_directory.get()) return EXDEV;
    return Changes::rename(from_directory, from, to_directory, to);
  }
  int replace(const apply::Descriptor& directory, const std::string& from,
              const std::string& to) override {
    const int e = meet();
    return e != 0 ? e : Changes::replace(directory, from, to);
  }
  int unlink(const apply::Descriptor& directory, const std::string& name) override {
    const int e = meet();
    return e != 0 ? e : Changes::unlink(directory, name);
  }
  int make_directory(const apply::Descriptor& above, const std::string& name,
                     mode_t mode) override {
    const int e = meet();
    return e != 0 ? e : Changes::make_directory(above, name, mode);
  }
  int remove_directory(const apply::Descriptor& above, const std::string& name) override {
    const int e = meet();
    return e != 0 ? e : Changes::remove_directory(above, name);
  }
  apply::Descriptor create(const apply::Descriptor& directory, const std::string& name,
                           mode_t mode) override {
    if (const int e = meet(); e != 0) {
      errno = e;
      return apply::Descriptor(-1);
    }
    return Changes::create(directory, name, mode);
  }
  int write(const apply::Descriptor& file, std::string_view bytes) override {
    // A full disk takes a part.
    const int e = meet();
    if (e == 0) return Changes::write(file, bytes);
    static_cast<void>(Changes::write(file, bytes.substr(0, bytes.size() / 2)));
    return e;
  }
  int sync(const apply::Descriptor& file) override {
    const int e = meet();
    return e != 0 ? e : Unsynced::sync(file);
  }
  int set_owner(const apply::Descriptor& file, uid_t user, gid_t group) override {
    const int e = meet();
    return e != 0 ? e : Changes::set_owner(file, user, group);
  }
  int set_modified(const apply::Descriptor& file, const timespec& modified) override {
    const int e = meet();
    return e != 0 ? e : Changes::set_modified(file, modified);
  }
};

constexpr int kErrors[] = {ENOSPC, EIO, EXDEV, EACCES};

/// Takes the step with the fault; true when the process was killed.
template <typename Situation>
bool take(Situation& situation, StepKind kind, Faulty& faulty) {
  situation.means.changes = &faulty;
  bool killed = false;
  try {
    situation.take(kind);
  } catch (const Killed&) {
    killed = true;
  }
  situation.means.changes = &unsynced;
  return killed;
}

/// Runs the step once for each call and each way in which that can go wrong, and `check`s what is
/// left after the next run's recovery. Returns the number of points.
template <typename Prepare, typename Check>
std::size_t at_each_point(StepKind kind, bool other_file_system, const Prepare& prepare,
                          const Check& check) {
  std::size_t points = 0;
  for (std::size_t call = 1;; ++call) {
    bool reached = false;
    std::vector<std::optional<int>> faults(std::begin(kErrors), std::end(kErrors));
    faults.push_back(std::nullopt);
    for (const std::optional<int>& error : faults) {
      auto situation = prepare();
      Faulty faulty;
      faulty.fault_at = call;
      faulty.error = error;
      faulty.other_file_system = other_file_system;
      const bool killed = take(*situation, kind, faulty);
      if (faulty.calls < call) continue;
      reached = true;
      ++points;
      CAPTURE(call);
      CAPTURE(error.value_or(0));
      CAPTURE(other_file_system);
      const bool unfinished = apply::has_unfinished(situation->means.quarantine);
      const std::vector<Warning> warnings = apply::recover(situation->means);
      if (unfinished) CHECK_MESSAGE(!warnings.empty(), "the next run must say what it found");
      CHECK_FALSE(apply::has_unfinished(situation->means.quarantine));
      check(*situation, killed);
    }
    if (!reached) return points;
  }
}

/// Every file of `original` is at its place, or all that is missing comes back by `restore`.
void check_nothing_is_lost(Purging& purging, const Inventory& original) {
  for (const Quarantined& entry : purging.entries()) {
    if (entry.restored_at) continue;
    purging.step.purge->quarantine_id = entry.id;
    const Outcome outcome = purging.take(StepKind::restore);
    CHECK_MESSAGE(outcome.result == Result::done, outcome.detail);
  }
  CHECK(inventory_of(purging.store) == original);
}

std::unique_ptr<Purging> prepare_purge() {
  return std::make_unique<Purging>();
}

std::unique_ptr<Purging> prepare_restore() {
  auto purging = std::make_unique<Purging>();
  purging->means.changes = &unsynced;
  REQUIRE(purging->take().result == Result::done);
  purging->step.purge->quarantine_id = purging->only_entry().id;
  return purging;
}

/// What `Purging` begins with; its times are the same each time.
Inventory the_original() {
  const Purging purging;
  return inventory_of(purging.store);
}

}  // namespace

TEST_CASE("whatever call of a purge fails or is its last, no credential is lost or torn apart") {
  const Inventory original = the_original();
  for (const bool other_file_system : {false, true}) {
    const std::size_t points = at_each_point(
        StepKind::quarantine, other_file_system, prepare_purge, [&](Purging& purging, bool) {
          const auto at_place = inventory_of(purging.store);
          const auto entries = purging.entries();
          REQUIRE(entries.size() <= 1);
          const std::size_t held = entries.empty() ? 0 : entries[0].files.size();
          CHECK_MESSAGE((held == 0 || at_place.empty()), "half of it here and half there");
          CHECK(held + at_place.size() == original.size());
          check_nothing_is_lost(purging, original);
        });
    MESSAGE("purge", std::string(other_file_system ? " to another file system" : ""), ": ", points,
            " points tried");
    CHECK(points > (other_file_system ? 350 : 150));
  }
}

TEST_CASE("whatever call of a restore fails or is its last, no credential is lost or torn apart") {
  const Inventory original = the_original();
  for (const bool other_file_system : {false, true}) {
    const std::size_t points = at_each_point(
        StepKind::restore, other_file_system, prepare_restore, [&](Purging& purging, bool) {
          const auto at_place = inventory_of(purging.store);
          const bool restored = purging.only_entry().restored_at.has_value();
          CHECK(at_place.size() == (restored ? original.size() : 0));
          CHECK_MESSAGE((restored || !std::filesystem::exists(purging.store)),
                        "the directory that the restore had made stays");
          check_nothing_is_lost(purging, original);
        });
    MESSAGE("restore", std::string(other_file_system ? " from another file system" : ""), ": ",
            points, " points tried");
    CHECK(points > (other_file_system ? 350 : 150));
  }
}

TEST_CASE("a recovery that is itself killed at any call is finished by the one after it") {
  const Inventory original = the_original();
  std::size_t points = 0;
  for (const bool restoring : {false, true}) {
    for (std::size_t first = 1; first < 40; first += 3) {
      for (std::size_t second = 1;; ++second) {
        auto purging = restoring ? prepare_restore() : prepare_purge();
        Faulty killing;
        killing.fault_at = first;
        killing.other_file_system = first % 2 == 0;
        const StepKind kind = restoring ? StepKind::restore : StepKind::quarantine;
        if (!take(*purging, kind, killing)) break;
        Faulty killing_again;
        killing_again.fault_at = second;
        killing_again.other_file_system = killing.other_file_system;
        purging->means.changes = &killing_again;
        bool killed = false;
        try {
          apply::recover(purging->means);
        } catch (const Killed&) {
          killed = true;
        }
        purging->means.changes = &unsynced;
        if (!killed) break;
        ++points;
        CAPTURE(restoring);
        CAPTURE(first);
        CAPTURE(second);
        apply::recover(purging->means);
        CHECK_FALSE(apply::has_unfinished(purging->means.quarantine));
        check_nothing_is_lost(*purging, original);
      }
    }
  }
  MESSAGE("recovery: ", points, " points tried");
  CHECK(points > 100);
}

TEST_CASE("whatever call around a database fails or is its last, the device is in one place") {
  const auto rows = [] {
    const PurgingDevice purging;
    return rows_of(purging.database);
  }();
  const auto check = [&](PurgingDevice& purging, bool) {
    const std::size_t about = rows_about(purging.database, 2);
    std::size_t waiting = 0;
    for (const Quarantined& entry : purging.entries()) waiting += entry.restored_at ? 0 : 1;
    CHECK_MESSAGE((about == 0) == (waiting == 1), "in both places, or in none");
    if (waiting == 1) {
      purging.step.purge->quarantine_id = purging.entries().back().id;
      const Outcome outcome = purging.take(StepKind::restore);
      CHECK_MESSAGE(outcome.result == Result::done, outcome.detail);
    }
    CHECK(rows_of(purging.database) == rows);
  };
  std::size_t points = at_each_point(
      StepKind::quarantine, false, [] { return std::make_unique<PurgingDevice>(); }, check);
  points += at_each_point(
      StepKind::restore, false,
      [] {
        auto purging = std::make_unique<PurgingDevice>();
        purging->means.changes = &unsynced;
        REQUIRE(purging->take().result == Result::done);
        purging->step.purge->quarantine_id = purging->only_entry().id;
        return purging;
      },
      check);
  MESSAGE("database: ", points, " points tried");
  CHECK(points > 80);
}

TEST_CASE(
    "whatever call of a fix fails or is its last, a lock is whole or gone, a mode old or new") {
  std::size_t points = 0;
  const int pid = ended_pid();
  const std::string text = connection_lock(pid, 77);
  for (std::size_t call = 1; call <= 30; ++call) {
    for (const int error : {ENOSPC, EIO, EXDEV, EACCES, 0}) {
      TemporaryDirectory root;
      const std::string lock = root.write_file("whatsapp/biz.lock", text);
      const std::string secret = root.write_file("creds.json", "{}");
      REQUIRE(::chmod(secret.c_str(), 0644) == 0);
      Faulty faulty;
      faulty.fault_at = call;
      if (error != 0) faulty.error = error;
      apply::Means means;
      means.changes = &faulty;
      means.quarantine = root.path("state/quarantine");
      const Plan plan = {removal(lock, pid, 77), restriction(secret, 0600)};
      try {
        apply::apply(plan, means);
      } catch (const Killed&) {
      }
      if (faulty.calls < call) continue;
      ++points;
      CAPTURE(call);
      CAPTURE(error);
      means.changes = &unsynced;
      const bool unfinished = apply::has_unfinished(means.quarantine);
      CHECK(apply::recover(means).empty() == !unfinished);
      CHECK_FALSE(apply::has_unfinished(means.quarantine));
      const auto left = names_in(root.path("whatsapp"));
      if (!left.empty()) {
        CHECK_MESSAGE(left == std::vector<std::string>{"biz.lock"}, "it has another name now");
        CHECK(content_of(lock) == text);
      }
      CHECK(content_of(secret) == "{}");
      CHECK((mode_of(secret) == 0644 || mode_of(secret) == 0600));
      // The next run does what is left to do.
      for (const Outcome& outcome : apply::apply(plan, means)) {
        CHECK(outcome.result != Result::failed);
      }
      CHECK(mode_of(secret) == 0600);
      CHECK(names_in(root.path("whatsapp")).empty());
    }
  }
  MESSAGE("fix: ", points, " points tried");
  CHECK(points >= 40);
}

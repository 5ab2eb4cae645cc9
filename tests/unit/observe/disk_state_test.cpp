#include "observe/stores/disk_state.h"

#include <cstdint>

#include <doctest/doctest.h>

namespace wasession::observe {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000'000'000;
constexpr std::int64_t kMinute = 60'000'000'000;

DiskState with_wal() {
  DiskState state;
  state.main = FileState{{1, 2}, 4096, kNow - kMinute};
  state.wal = FileState{{1, 3}, 5000, kNow - kMinute};
  state.wal_header.fill(7);
  state.taken_at_ns = kNow;
  return state;
}

}  // namespace

TEST_CASE("a WAL that only grew meanwhile still gives one state") {
  DiskState after = with_wal();
  after.wal->size += 4120;
  after.wal->modified_ns = kNow;
  CHECK(read_one_state(with_wal(), after));
}

TEST_CASE("a WAL that is begun while the database is read still gives one state") {
  DiskState before = with_wal();
  before.wal.reset();
  before.wal_header.fill(0);
  CHECK(read_one_state(before, with_wal()));
}

TEST_CASE("a checkpoint or a new WAL meanwhile may have mixed two states") {
  const auto mixed = [](auto change) {
    DiskState after = with_wal();
    change(after);
    return !read_one_state(with_wal(), after);
  };
  CHECK(mixed([](DiskState& after) { after.main->modified_ns = kNow; }));
  CHECK(mixed([](DiskState& after) { after.main->size += 4096; }));
  CHECK(mixed([](DiskState& after) { after.main->identity.inode = 9; }));
  CHECK(mixed([](DiskState& after) { after.main.reset(); }));
  CHECK(mixed([](DiskState& after) { after.wal_header[20] = 8; }));
  CHECK(mixed([](DiskState& after) { after.wal->size = 32; }));
  CHECK(mixed([](DiskState& after) { after.wal->identity.inode = 9; }));
  CHECK(mixed([](DiskState& after) { after.wal.reset(); }));
}

TEST_CASE("a checkpoint within the last tick of the clock is not proof that none followed") {
  DiskState state = with_wal();
  state.main->modified_ns = kNow - 3'000'000;
  CHECK_FALSE(read_one_state(state, state));
  state.main->modified_ns = kNow + kMinute;
  CHECK_MESSAGE(read_one_state(state, state), "a clock that was set back makes a store unreadable");
  state.wal.reset();
  state.main->modified_ns = kNow;
  CHECK_MESSAGE(read_one_state(state, state), "in rollback mode the lock is proof enough");
}

}  // namespace wasession::observe

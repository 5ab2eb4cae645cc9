#include "observe/stores/disk_state.h"

#include <algorithm>
#include <chrono>

#include <fcntl.h>
#include <unistd.h>

#include "observe/files/stat_times.h"

namespace wasession::observe {
namespace {

/// Linux stamps files with a clock that ticks 100 to 1,000 times a second; this is two slow ticks.
constexpr std::int64_t kClockTickNs = 20'000'000;
constexpr std::int64_t kSecondNs = 1'000'000'000;

std::optional<FileState> look_at_file(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  return FileState{{static_cast<std::uint64_t>(status.st_dev), status.st_ino},
                   status.st_size,
                   modified_ns(status)};
}

/// A `-wal` may be opened and closed by a plain descriptor: SQLite never locks it.
void read_wal_header(const std::string& path, std::array<std::uint8_t, 32>& header) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return;
  if (::pread(descriptor, header.data(), header.size(), 0) < 0) header.fill(0);
  ::close(descriptor);
}

bool has_frames(const DiskState& state) {
  return state.wal && state.wal->size > 0;
}

}  // namespace

std::optional<Time> DiskState::last_change() const {
  if (!main) return std::nullopt;
  const std::int64_t latest =
      std::max(main->modified_ns, has_frames(*this) ? wal->modified_ns : std::int64_t{0});
  return Time(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(latest)));
}

DiskState look_at_database(const std::string& path) {
  using namespace std::chrono;
  DiskState state;
  state.taken_at_ns = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  state.main = look_at_file(path);
  state.wal = look_at_file(path + "-wal");
  if (has_frames(state)) read_wal_header(path + "-wal", state.wal_header);
  return state;
}

bool read_one_state(const DiskState& before, const DiskState& after) {
  if (before.main != after.main) return false;
  if (!has_frames(before) && !has_frames(after)) return true;
  if (before.main) {
    const std::int64_t age = before.taken_at_ns - before.main->modified_ns;
    if (age > -kSecondNs && age < kClockTickNs) return false;
  }
  if (!has_frames(before)) return true;
  return has_frames(after) && before.wal->identity == after.wal->identity &&
         after.wal->size >= before.wal->size && before.wal_header == after.wal_header;
}

}  // namespace wasession::observe

#include "observe/stores/real_file.h"

#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/temporary_directory.h"

namespace wasession::observe {
namespace {

std::string last_looked_at;

int recording_stat(const char* path, struct stat* status) {
  last_looked_at = path;
  return ::stat(path, status);
}

/// Lets SQLite's VFS look at paths through `recording_stat` for the length of one test.
class Recorder {
 public:
  explicit Recorder(sqlite3_vfs* vfs) : vfs_(vfs) {
    vfs_->xSetSystemCall(vfs_, "stat", reinterpret_cast<sqlite3_syscall_ptr>(recording_stat));
  }
  ~Recorder() { vfs_->xSetSystemCall(vfs_, "stat", nullptr); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

 private:
  sqlite3_vfs* vfs_;
};

}  // namespace

TEST_CASE("a database's file outlives the name that SQLite opened it by") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.write_file("session.db", "content");
  sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  const Recorder recorder(vfs);
  std::string name = path + '\0';
  std::optional<RealFile> file(std::in_place, vfs, name.c_str(), SQLITE_OPEN_MAIN_DB);
  REQUIRE(file->is_open());
  name.assign(name.size(), 'x');  // as sqlite3_close leaves it: memory of somebody else
  last_looked_at.clear();
  file.reset();
  CHECK_MESSAGE(last_looked_at == path, "closing looked at a freed name: ", last_looked_at);
}

}  // namespace wasession::observe

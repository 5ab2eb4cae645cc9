#include "observe/stores/overlay_contents.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/observe/whatsmeow_support.h"

namespace wasession::observe {
namespace {

using namespace wasession::test;
using Bytes = std::vector<std::uint8_t>;

std::unique_ptr<RealFile> open_file(const std::string& path) {
  return std::make_unique<RealFile>(sqlite3_vfs_find(nullptr), path.c_str(), SQLITE_OPEN_MAIN_DB);
}

/// The changes of SQLite to a file, as a plain vector would see them.
struct Model {
  Bytes bytes;

  void write(const Bytes& added, std::size_t offset) {
    if (bytes.size() < offset + added.size()) bytes.resize(offset + added.size());
    std::ranges::copy(added, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  }
};

void check_equal(OverlayContents& contents, const Model& model) {
  std::int64_t size = -1;
  REQUIRE(contents.size(size) == SQLITE_OK);
  REQUIRE(size == static_cast<std::int64_t>(model.bytes.size()));
  Bytes out(model.bytes.size() + 10, 0xee);
  REQUIRE(contents.read(out, 0) == SQLITE_IOERR_SHORT_READ);
  Bytes expected = model.bytes;
  expected.resize(out.size());
  REQUIRE_MESSAGE(out == expected, "a replayed journal would yield other bytes than SQLite wrote");
}

}  // namespace

TEST_CASE("any order of writes and truncations reads back as written, and the disk is untouched") {
  const DatabaseDirectory directory;
  unsigned seed = 7;
  const auto random = [&seed](unsigned below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
  };
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    const std::string on_disk(random(30000) + 1, 'd');
    write_file(directory.path("file"), on_disk);
    OverlayBudget budget{1 << 20};
    OverlayContents contents(open_file(directory.path("file")), budget);
    Model model{Bytes(on_disk.begin(), on_disk.end())};
    check_equal(contents, model);
    for (int step = 0; step < 25; ++step) {
      const std::size_t offset = random(40000);
      if (random(4) == 0) {
        REQUIRE(contents.truncate(static_cast<std::int64_t>(offset)) == SQLITE_OK);
        model.bytes.resize(offset);
      } else {
        const Bytes added(random(9000) + 1, static_cast<std::uint8_t>(step));
        REQUIRE(contents.write(added, static_cast<std::int64_t>(offset)) == SQLITE_OK);
        model.write(added, offset);
      }
      check_equal(contents, model);
    }
    CHECK(file_bytes(directory.path("file")) == on_disk);
  }
}

TEST_CASE("changes beyond the budget are refused, so that a hostile journal cannot fill memory") {
  OverlayBudget budget{3 * 4096};
  OverlayContents contents(nullptr, budget);
  const Bytes page(4096, 1);
  for (std::int64_t i = 0; i < 3; ++i) CHECK(contents.write(page, i << 40) == SQLITE_OK);
  CHECK(contents.write(page, 4096) == SQLITE_FULL);
  CHECK(budget.exceeded);
  CHECK(contents.truncate(0) == SQLITE_OK);
  CHECK(contents.write(page, 4096) == SQLITE_OK);
}

TEST_CASE("a file that grows on disk is seen to grow until it is changed in memory") {
  const DatabaseDirectory directory;
  write_file(directory.path("file"), "1234");
  OverlayBudget budget{1 << 20};
  OverlayContents contents(open_file(directory.path("file")), budget);
  write_file(directory.path("file"), "12345678");
  std::int64_t size = 0;
  CHECK(contents.size(size) == SQLITE_OK);
  CHECK(size == 8);
}

}  // namespace wasession::observe

/// A file's contents with SQLite's changes to it kept in memory, above the unchanged file on disk.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>

#include "observe/stores/real_file.h"

namespace wasession::observe {

/// Memory that the changes to all files of one database may still take.
struct OverlayBudget {
  std::int64_t bytes_left;
  bool exceeded = false;
};

/// Until the first change, everything is as on disk (where the file may be growing meanwhile).
/// Return values are SQLite result codes. Changed bytes are wiped from memory at the end.
class OverlayContents {
 public:
  /// `disk` may be null: a file that exists in memory only.
  OverlayContents(std::unique_ptr<RealFile> disk, OverlayBudget& budget);

  /// Zero-fills what lies beyond the end, and then returns SQLITE_IOERR_SHORT_READ.
  int read(std::span<std::uint8_t> out, std::int64_t offset);
  /// SQLITE_FULL when the budget is used up.
  int write(std::span<const std::uint8_t> bytes, std::int64_t offset);
  int truncate(std::int64_t size);
  int size(std::int64_t& out);

  bool changed() const { return size_.has_value(); }
  RealFile* disk() { return disk_.get(); }

 private:
  static constexpr std::int64_t kSectorSize = 4096;
  struct Sector {
    std::array<std::uint8_t, kSectorSize> bytes{};
    Sector() = default;
    ~Sector();
    Sector(const Sector&) = delete;
    Sector& operator=(const Sector&) = delete;
  };

  int begin_change();
  int read_disk(std::span<std::uint8_t> out, std::int64_t offset);
  int changeable_sector(std::int64_t index, Sector*& out);

  std::unique_ptr<RealFile> disk_;
  OverlayBudget& budget_;
  std::optional<std::int64_t> size_;  ///< set by the first change
  std::int64_t disk_end_ = 0;         ///< bytes of the disk's file that a truncation left visible
  std::unordered_map<std::int64_t, std::unique_ptr<Sector>> sectors_;
};

}  // namespace wasession::observe

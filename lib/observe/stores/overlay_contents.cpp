#include "observe/stores/overlay_contents.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <openssl/crypto.h>

namespace wasession::observe {
namespace {

/// How many of `wanted` bytes from `offset` lie before `end`.
std::size_t bytes_before(std::int64_t end, std::int64_t offset, std::size_t wanted) {
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(end - offset, 0, static_cast<std::int64_t>(wanted)));
}

}  // namespace

OverlayContents::Sector::~Sector() {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

OverlayContents::OverlayContents(std::unique_ptr<RealFile> disk, OverlayBudget& budget)
    : disk_(std::move(disk)), budget_(budget) {}

int OverlayContents::read(std::span<std::uint8_t> out, std::int64_t offset) {
  if (offset < 0) return SQLITE_IOERR_READ;
  if (!changed() && disk_) return disk_->read(out.data(), static_cast<int>(out.size()), offset);

  const std::size_t available = bytes_before(size_.value_or(0), offset, out.size());
  for (std::size_t done = 0; done < available;) {
    const std::int64_t position = offset + static_cast<std::int64_t>(done);
    const std::int64_t within = position % kSectorSize;
    const std::size_t length =
        std::min(available - done, static_cast<std::size_t>(kSectorSize - within));
    const auto piece = out.subspan(done, length);
    if (const auto found = sectors_.find(position / kSectorSize); found != sectors_.end()) {
      std::copy_n(found->second->bytes.begin() + within, length, piece.begin());
    } else if (const int result = read_disk(piece, position); result != SQLITE_OK) {
      return result;
    }
    done += length;
  }
  if (available == out.size()) return SQLITE_OK;
  std::ranges::fill(out.subspan(available), std::uint8_t{0});
  return SQLITE_IOERR_SHORT_READ;
}

int OverlayContents::write(std::span<const std::uint8_t> bytes, std::int64_t offset) {
  if (offset < 0) return SQLITE_IOERR_WRITE;
  if (const int result = begin_change(); result != SQLITE_OK) return result;
  for (std::size_t done = 0; done < bytes.size();) {
    const std::int64_t position = offset + static_cast<std::int64_t>(done);
    const std::int64_t within = position % kSectorSize;
    const std::size_t length =
        std::min(bytes.size() - done, static_cast<std::size_t>(kSectorSize - within));
    Sector* sector = nullptr;
    const int result = changeable_sector(position / kSectorSize, sector);
    if (result != SQLITE_OK) return result;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(done), length,
                sector->bytes.begin() + within);
    done += length;
  }
  size_ = std::max(*size_, offset + static_cast<std::int64_t>(bytes.size()));
  return SQLITE_OK;
}

int OverlayContents::truncate(std::int64_t size) {
  if (size < 0) return SQLITE_IOERR_TRUNCATE;
  if (const int result = begin_change(); result != SQLITE_OK) return result;
  size_ = size;
  disk_end_ = std::min(disk_end_, size);
  const std::size_t dropped = std::erase_if(
      sectors_, [size](const auto& entry) { return entry.first * kSectorSize >= size; });
  budget_.bytes_left += static_cast<std::int64_t>(dropped) * kSectorSize;
  if (const auto last = sectors_.find(size / kSectorSize); last != sectors_.end()) {
    std::fill(last->second->bytes.begin() + size % kSectorSize, last->second->bytes.end(),
              std::uint8_t{0});
  }
  return SQLITE_OK;
}

int OverlayContents::size(std::int64_t& out) {
  if (changed()) {
    out = *size_;
    return SQLITE_OK;
  }
  sqlite3_int64 on_disk = 0;
  const int result = disk_ ? disk_->size(&on_disk) : SQLITE_OK;
  out = on_disk;
  return result;
}

int OverlayContents::begin_change() {
  if (changed()) return SQLITE_OK;
  const int result = size(disk_end_);
  if (result == SQLITE_OK) size_ = disk_end_;
  return result;
}

int OverlayContents::read_disk(std::span<std::uint8_t> out, std::int64_t offset) {
  const std::size_t visible = disk_ ? bytes_before(disk_end_, offset, out.size()) : 0;
  std::ranges::fill(out.subspan(visible), std::uint8_t{0});
  if (visible == 0) return SQLITE_OK;
  const int result = disk_->read(out.data(), static_cast<int>(visible), offset);
  return result == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : result;
}

int OverlayContents::changeable_sector(std::int64_t index, Sector*& out) {
  if (const auto found = sectors_.find(index); found != sectors_.end()) {
    out = found->second.get();
    return SQLITE_OK;
  }
  if (budget_.bytes_left < kSectorSize) {
    budget_.exceeded = true;
    return SQLITE_FULL;
  }
  auto sector = std::make_unique<Sector>();
  const int result = read_disk(sector->bytes, index * kSectorSize);
  if (result != SQLITE_OK) return result;
  out = sector.get();
  sectors_.emplace(index, std::move(sector));
  budget_.bytes_left -= kSectorSize;
  return SQLITE_OK;
}

}  // namespace wasession::observe

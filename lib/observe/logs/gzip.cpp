#include "observe/logs/gzip.h"

#include <array>
#include <cstdint>

#include <unistd.h>
#include <zlib.h>

#include "observe/logs/wiped_bytes.h"

namespace wasession::observe::logs {
namespace {

constexpr std::uint64_t kMostUnpacked = std::uint64_t{16} << 30;
constexpr std::size_t kUnpackedBlock = std::size_t{128} * 1024;

/// zlib's state, freed on every way out.
class Inflation {
 public:
  Inflation() { ready_ = ::inflateInit2(&stream_, kGzipWindow) == Z_OK; }
  ~Inflation() {
    if (ready_) ::inflateEnd(&stream_);
  }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;

  explicit operator bool() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  static constexpr int kGzipWindow = 15 + 16;
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

bool is_compressed(const OpenedLog& log) {
  std::array<unsigned char, 3> magic{};
  return ::pread(log.file.get(), magic.data(), magic.size(), 0) == 3 && magic[0] == 0x1f &&
         magic[1] == 0x8b && magic[2] == Z_DEFLATED;
}

std::string unpack_blocks(const OpenedLog& log, const std::function<void(std::string_view)>& each) {
  Inflation inflation;
  if (!inflation) return "no memory to unpack it";
  z_stream& stream = inflation.stream();
  WipedBytes unpacked(kUnpackedBlock);
  std::uint64_t total = 0;
  std::string fault;
  bool ended = false;
  std::string unread = read_blocks(log, 0, [&](std::string_view packed) {
    // zlib's interface is older than const; it does not write there.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    while (fault.empty() && (stream.avail_in > 0 || stream.avail_out == 0)) {
      if (ended) ::inflateReset(&stream);
      stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
      stream.avail_out = static_cast<uInt>(unpacked.size());
      const int result = ::inflate(&stream, Z_NO_FLUSH);
      ended = result == Z_STREAM_END;
      const std::size_t count = unpacked.size() - stream.avail_out;
      if (count > 0) each({unpacked.data(), count});
      total += count;
      if (total > kMostUnpacked) fault = "it unpacks to more than 16 GiB";
      if (result == Z_BUF_ERROR) break;
      if (result != Z_OK && !ended) fault = "it is damaged";
    }
  });
  if (!unread.empty()) return unread;
  if (fault.empty() && !ended) return "it is cut short";
  return fault;
}

}  // namespace wasession::observe::logs

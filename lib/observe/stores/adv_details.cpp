#include "observe/stores/adv_details.h"

#include <cstddef>

namespace wasession::observe {
namespace {

enum WireType : std::uint64_t { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5 };

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }

  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const std::uint8_t byte = rest_.front();
      rest_ = rest_.subspan(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    return std::nullopt;
  }

  bool skip(std::uint64_t count) {
    if (count > rest_.size()) return false;
    rest_ = rest_.subspan(static_cast<std::size_t>(count));
    return true;
  }

  bool skip_value(std::uint64_t wire_type) {
    switch (wire_type) {
      case kVarint:
        return varint().has_value();
      case kFixed64:
        return skip(8);
      case kFixed32:
        return skip(4);
      case kLengthDelimited: {
        const auto length = varint();
        return length && skip(*length);
      }
      default:
        return false;
    }
  }

 private:
  std::span<const std::uint8_t> rest_;
};

}  // namespace

std::optional<AdvDetails> parse_adv_details(std::span<const std::uint8_t> bytes) {
  using std::chrono::seconds;
  constexpr std::uint64_t kYear2009 = 1230768000;
  constexpr std::uint64_t kYear2200 = 7258118400;

  AdvDetails details;
  Reader reader(bytes);
  while (!reader.at_end()) {
    const auto tag = reader.varint();
    if (!tag) return std::nullopt;
    const std::uint64_t field = *tag >> 3;
    const std::uint64_t wire_type = *tag & 7;
    if (field < 1 || field > 3 || wire_type != kVarint) {
      if (!reader.skip_value(wire_type)) return std::nullopt;
      continue;
    }
    const auto value = reader.varint();
    if (!value) return std::nullopt;
    if (field == 1) details.raw_id = static_cast<std::uint32_t>(*value);
    if (field == 3) details.key_index = static_cast<std::uint32_t>(*value);
    if (field == 2) {
      if (*value < kYear2009 || *value > kYear2200) return std::nullopt;
      details.linked_at = Time(seconds(static_cast<std::int64_t>(*value)));
    }
  }
  return details;
}

}  // namespace wasession::observe

#include "observe/stores/base64.h"

#include <array>

namespace wasession::observe {
namespace {

constexpr std::uint8_t kNotInAlphabet = 0xff;

constexpr std::array<std::uint8_t, 256> make_alphabet() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNotInAlphabet);
  constexpr std::string_view kStandard =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kStandard.size(); ++i) {
    values[static_cast<unsigned char>(kStandard[i])] = static_cast<std::uint8_t>(i);
  }
  values['-'] = 62;
  values['_'] = 63;
  return values;
}

constexpr auto kAlphabet = make_alphabet();

}  // namespace

std::optional<std::vector<std::uint8_t>> decode_base64(std::string_view text, std::size_t limit) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() / 4 * 3 > limit) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::uint8_t value = kAlphabet[static_cast<unsigned char>(c)];
    if (value == kNotInAlphabet) return std::nullopt;
    bits = bits << 6 | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<std::uint8_t>(bits >> count));
    }
  }
  if (bytes.size() > limit) return std::nullopt;
  return bytes;
}

}  // namespace wasession::observe

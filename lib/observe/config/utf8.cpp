#include "observe/config/utf8.h"

#include <cstddef>
#include <utility>

namespace wasession::observe {
namespace {

constexpr char32_t kReplacement = 0xfffd;

/// What a first byte announces: how many bytes follow, its own bits, and which range the second
/// byte must lie in (narrower than 80..BF where a longer form, a surrogate or a code point above
/// 10FFFF would begin).
struct Lead {
  int following;
  char32_t bits;
  unsigned char lowest = 0x80;
  unsigned char highest = 0xbf;
};

Lead lead_of(unsigned char byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return {1, byte & 0x1fU};
  if (byte == 0xe0) return {2, 0, 0xa0, 0xbf};
  if (byte == 0xed) return {2, 0xd, 0x80, 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return {2, byte & 0xfU};
  if (byte == 0xf0) return {3, 0, 0x90, 0xbf};
  if (byte >= 0xf1 && byte <= 0xf3) return {3, byte & 0x7U};
  if (byte == 0xf4) return {3, 4, 0x80, 0x8f};
  return {0, kReplacement};
}

}  // namespace

std::u32string decode_utf8(std::string_view bytes) {
  std::u32string text;
  text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const auto first = static_cast<unsigned char>(bytes[at++]);
    if (first < 0x80) {
      text.push_back(first);
      continue;
    }
    Lead lead = lead_of(first);
    for (; lead.following > 0; --lead.following) {
      const auto next = at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
      if (next < lead.lowest || next > lead.highest) break;
      lead.bits = (lead.bits << 6) | (next & 0x3fU);
      lead.lowest = 0x80;
      lead.highest = 0xbf;
      ++at;
    }
    text.push_back(lead.following == 0 ? lead.bits : kReplacement);
  }
  return text;
}

void append_utf8(std::string& bytes, char32_t code_point) {
  const auto tail = [&](int shift) {
    bytes.push_back(static_cast<char>(0x80U | ((code_point >> shift) & 0x3fU)));
  };
  if (code_point < 0x80) {
    bytes.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    bytes.push_back(static_cast<char>(0xc0U | (code_point >> 6)));
    tail(0);
  } else if (code_point < 0x10000) {
    bytes.push_back(static_cast<char>(0xe0U | (code_point >> 12)));
    tail(6);
    tail(0);
  } else {
    bytes.push_back(static_cast<char>(0xf0U | (code_point >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

void Utf16Builder::append(char32_t c) {
  const bool low = c >= 0xdc00 && c <= 0xdfff;
  if (low && high_ != 0) {
    append_utf8(bytes_, 0x10000 + ((high_ - 0xd800) << 10) + (c - 0xdc00));
    high_ = 0;
    return;
  }
  flush();
  if (c >= 0xd800 && c <= 0xdbff) {
    high_ = c;
  } else {
    append_utf8(bytes_, low ? kReplacement : c);
  }
}

std::string Utf16Builder::take() {
  flush();
  return std::move(bytes_);
}

void Utf16Builder::flush() {
  if (high_ != 0) append_utf8(bytes_, kReplacement);
  high_ = 0;
}

}  // namespace wasession::observe

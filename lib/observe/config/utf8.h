/// Text of files as JavaScript sees it.
#pragma once

#include <string>
#include <string_view>

namespace wasession::observe {

/// Decodes UTF-8 as the WHATWG standard does (and so Node's readFile): every ill-formed sequence,
/// cut as long as it could still have become valid, reads as one U+FFFD.
std::u32string decode_utf8(std::string_view bytes);

/// Appends the UTF-8 form of a code point that is no surrogate.
void append_utf8(std::string& bytes, char32_t code_point);

/// Collects a string from code points and UTF-16 escapes: two surrogates in a row are one
/// character, and a lone one becomes U+FFFD, as when JavaScript hands a string to the system.
class Utf16Builder {
 public:
  void append(char32_t c);
  std::string take();

 private:
  void flush();

  std::string bytes_;
  char32_t high_ = 0;  ///< a high surrogate that waits for its low one
};

}  // namespace wasession::observe

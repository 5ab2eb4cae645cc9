/// A string of a JSON text that has already been checked, and the text that it means.
#pragma once

#include <string>
#include <string_view>

namespace wasession::observe {

/// A JSON string as it stands between its quotes.
struct JsonString {
  std::string_view raw;
  bool has_escapes = false;

  /// The text it means; a lone surrogate (`\ud83d`, which JSON.stringify writes for a cut emoji)
  /// becomes U+FFFD.
  std::string decode() const;
  bool equals(std::string_view text) const { return has_escapes ? decode() == text : raw == text; }
};

}  // namespace wasession::observe

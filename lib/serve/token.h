/// The bearer token that a request must bring.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace wasession::serve {

inline constexpr std::size_t kShortestToken = 16;

/// Why a token file is not used, as a sentence that a person reads.
class UnusableToken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Knows the token by its SHA-256 only. Requests bring copies, in the memory of their connections.
class Token {
 public:
  /// Reads the first line of a regular file (no link to one) that belongs to this user or to root
  /// and that nobody else may read; the buffer is wiped. Throws UnusableToken for any other file,
  /// and for a token that is short, or holds blanks or what no header can carry.
  static Token from_file(const std::string& path);

  /// True for the header `Authorization: Bearer TOKEN` with this token. Takes the same time
  /// wherever the two differ.
  bool is_in(std::string_view authorization) const;

 private:
  using Digest = std::array<std::uint8_t, 32>;
  explicit Token(const Digest& digest) : digest_(digest) {}
  static Digest digest_of(std::string_view token);

  Digest digest_;
};

}  // namespace wasession::serve

// Fetching SHA-256 through OpenSSL's providers fills its tables of names first: a sixth of the time
// of `wasession list`.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "model/fingerprint.h"

#include <stdexcept>
#include <string_view>

#include <openssl/sha.h>

namespace wasession {
namespace {

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

std::string Fingerprint::short_hex() const {
  return to_hex(std::span(bytes).first(6));
}

std::string Fingerprint::hex() const {
  return to_hex(bytes);
}

Fingerprint fingerprint_of(const PublicKey& noise_public_key) {
  Fingerprint fingerprint;
  SHA256_CTX sha256;
  const bool done = SHA256_Init(&sha256) == 1 &&
                    SHA256_Update(&sha256, noise_public_key.data(), noise_public_key.size()) == 1 &&
                    SHA256_Final(fingerprint.bytes.data(), &sha256) == 1;
  if (!done) throw std::runtime_error("OpenSSL could not compute a SHA-256");
  return fingerprint;
}

}  // namespace wasession

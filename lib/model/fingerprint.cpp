#include "model/fingerprint.h"

#include <memory>
#include <stdexcept>
#include <string_view>

#include <openssl/crypto.h>
#include <openssl/evp.h>

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

/// One fetched digest and one context a thread: looking SHA-256 up by name for every key costs
/// more than the hash itself.
struct Sha256 {
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> digest{EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                         &EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free};
};

}  // namespace

std::string Fingerprint::short_hex() const {
  return to_hex(std::span(bytes).first(6));
}

std::string Fingerprint::hex() const {
  return to_hex(bytes);
}

Fingerprint fingerprint_of(const PublicKey& noise_public_key) {
  // A configuration may take the algorithms away, or load code into this process.
  static const bool unconfigured = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1;
  thread_local const Sha256 sha256;
  Fingerprint fingerprint;
  unsigned length = 0;
  const bool done =
      unconfigured && sha256.digest && sha256.context &&
      EVP_DigestInit_ex2(sha256.context.get(), sha256.digest.get(), nullptr) == 1 &&
      EVP_DigestUpdate(sha256.context.get(), noise_public_key.data(), noise_public_key.size()) ==
          1 &&
      EVP_DigestFinal_ex(sha256.context.get(), fingerprint.bytes.data(), &length) == 1;
  if (!done) throw std::runtime_error("OpenSSL could not compute a SHA-256");
  return fingerprint;
}

}  // namespace wasession

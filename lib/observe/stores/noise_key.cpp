#include "observe/stores/noise_key.h"

#include <cstddef>
#include <memory>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace wasession::observe {

std::optional<PublicKey> noise_public_key(std::span<const std::uint8_t> private_key) {
  PublicKey public_key;
  if (private_key.size() != public_key.size()) return std::nullopt;
  // A configuration may take the algorithms away, or load code into this process.
  static const bool unconfigured = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1;
  // OpenSSL wipes its copy of the private key when the EVP_PKEY is freed.
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, private_key.data(),
                                   private_key.size()),
      &EVP_PKEY_free);
  std::size_t length = public_key.size();
  if (!unconfigured || !key ||
      EVP_PKEY_get_raw_public_key(key.get(), public_key.data(), &length) != 1 ||
      length != public_key.size()) {
    throw std::runtime_error("OpenSSL could not compute an X25519 public key");
  }
  return public_key;
}

}  // namespace wasession::observe

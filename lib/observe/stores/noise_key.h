/// From the private noise key, which whatsmeow stores, to the public one, which names a credential.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "model/fingerprint.h"

namespace wasession::observe {

/// X25519(private key, base point). Nothing unless there are exactly 32 bytes. Makes no copy of
/// the private key that outlives the call.
std::optional<PublicKey> noise_public_key(std::span<const std::uint8_t> private_key);

}  // namespace wasession::observe

/// The ADV device identity: the part of a link that both libraries store and that holds no secret.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "model/time.h"

namespace wasession::observe {

/// Baileys' `account.details` and whatsmeow's `adv_details`, a protobuf ADVDeviceIdentity.
struct AdvDetails {
  std::optional<std::uint32_t> raw_id;     ///< field 1
  std::optional<Time> linked_at;           ///< field 2, seconds: when the device was linked
  std::optional<std::uint32_t> key_index;  ///< field 3
};

/// Decodes the protobuf; unknown fields are skipped. Nothing when the bytes are not a protobuf
/// message, or when the time is outside the years 2009 (WhatsApp's first) to 2200.
std::optional<AdvDetails> parse_adv_details(std::span<const std::uint8_t> bytes);

}  // namespace wasession::observe

/// The address of an account or of one of its linked devices, as WhatsApp writes it.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wasession {

/// `USER[_AGENT | .AGENT][:DEVICE]@SERVER`. `user` is a phone number's digits on
/// `s.whatsapp.net` and a LID's digits on `lid`. A JID without a device names the account itself
/// (or a pairing that never completed).
struct Jid {
  std::string user;
  std::optional<std::uint16_t> agent;
  std::optional<std::uint16_t> device;
  std::string server;

  auto operator<=>(const Jid&) const = default;
};

/// Reads every form that Baileys (`15551234567:13@s.whatsapp.net`, `…_1:13@lid`) and whatsmeow
/// (`15551234567.0:13@s.whatsapp.net`, before schema version 5) write. Returns nothing when a part
/// is missing, is not a number where one is due, or is longer than any real JID (128 bytes).
std::optional<Jid> parse_jid(std::string_view text);

std::string to_string(const Jid& jid);

/// True when the user part is a phone number (as opposed to a LID or a Messenger id).
bool is_phone_jid(const Jid& jid);

}  // namespace wasession

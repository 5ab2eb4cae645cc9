/// Takes out of a Baileys `creds.json` what may be known, and leaves every secret where it lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/fingerprint.h"

namespace wasession::observe {

/// The public facts of a creds.json (baileys.md section 2), of any of the three generations. A key
/// given twice counts as JSON.parse counts it: the last one.
struct CredsFacts {
  /// One of the keys that only Baileys writes is there: a creds.json of something else has none.
  bool is_baileys = false;
  std::optional<PublicKey> noise_public_key;
  std::optional<std::uint32_t> registration_id;
  bool has_me = false;
  std::optional<std::string> me_id;
  std::optional<std::string> me_lid;
  std::optional<std::string> me_name;
  bool has_oversized_text = false;  ///< an id, lid or name above kLongestText was left out
  bool has_account = false;         ///< pairing succeeded
  std::vector<std::uint8_t> account_details;  ///< ADV details, at most 256 bytes
};

/// Bytes of a JID or a push name that are taken; WhatsApp's own are far shorter.
inline constexpr std::size_t kLongestText = 1024;

struct CredsError {
  std::size_t offset = 0;     ///< bytes from the start
  const char* expected = "";  ///< what the grammar asks for there; never a part of the text
};

struct CredsParse {
  CredsFacts facts;
  std::optional<CredsError> error;  ///< the text is not one JSON object
  /// The first byte that is not UTF-8. Node reads such a file all the same, so it is no error.
  std::optional<std::size_t> invalid_utf8_at;
};

CredsParse parse_creds(std::string_view text);

}  // namespace wasession::observe

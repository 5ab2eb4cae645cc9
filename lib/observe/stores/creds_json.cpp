#include "observe/stores/creds_json.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "observe/stores/base64.h"
#include "observe/stores/json_scanner.h"

namespace wasession::observe {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kLongestBinary = 256;

/// Keys of creds.json that no other program's creds.json has.
constexpr std::array<std::string_view, 4> kBaileysKeys = {
    "noiseKey", "signedIdentityKey", "advSecretKey", "pairingEphemeralKeyPair"};

std::optional<Bytes> read_base64(JsonScanner& scanner) {
  JsonString text;
  if (!scanner.read_string(text)) return std::nullopt;
  return text.has_escapes ? decode_base64(text.decode(), kLongestBinary)
                          : decode_base64(text.raw, kLongestBinary);
}

std::optional<std::uint32_t> read_integer(JsonScanner& scanner) {
  std::string_view number;
  if (!scanner.read_number(number)) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc{} || end != number.data() + number.size()) return std::nullopt;
  return value;
}

std::optional<std::uint8_t> read_byte(JsonScanner& scanner) {
  if (scanner.peek() != JsonType::number) {
    scanner.skip_value();
    return std::nullopt;
  }
  const auto value = read_integer(scanner);
  if (!value || *value > 255) return std::nullopt;
  return static_cast<std::uint8_t>(*value);
}

std::optional<Bytes> read_byte_array(JsonScanner& scanner) {
  Bytes bytes;
  bool good = scanner.enter_array();
  while (scanner.next_element()) {
    const auto byte = read_byte(scanner);
    good = good && byte && bytes.size() < kLongestBinary;
    if (good) bytes.push_back(*byte);
  }
  return good && !scanner.failed() ? std::optional(bytes) : std::nullopt;
}

std::optional<Bytes> read_binary(JsonScanner& scanner);

/// `{"type":"Buffer","data":…}` (all versions), `{"buffer":true,"data"|"value":…}` (6.x reader) and
/// `{"0":1,"1":2,…}` (7.x reader).
std::optional<Bytes> read_binary_object(JsonScanner& scanner) {
  std::optional<Bytes> payload;
  Bytes numbered;
  bool all_numbered = true;
  JsonString key;
  scanner.enter_object();
  while (scanner.next_member(key)) {
    if (key.equals("data") || key.equals("value")) {
      all_numbered = false;
      payload = read_binary(scanner);
      continue;
    }
    std::size_t index = 0;
    const auto [end, error] =
        std::from_chars(key.raw.data(), key.raw.data() + key.raw.size(), index);
    const bool is_number = error == std::errc{} && end == key.raw.data() + key.raw.size();
    if (!is_number || index >= kLongestBinary) {
      all_numbered = false;
      scanner.skip_value();
      continue;
    }
    const auto byte = read_byte(scanner);
    all_numbered = all_numbered && byte;
    if (index >= numbered.size()) numbered.resize(index + 1);
    numbered[index] = byte.value_or(0);
  }
  if (scanner.failed()) return std::nullopt;
  if (payload) return payload;
  return all_numbered && !numbered.empty() ? std::optional(numbered) : std::nullopt;
}

std::optional<Bytes> read_binary(JsonScanner& scanner) {
  const auto type = scanner.peek();
  if (type == JsonType::string) return read_base64(scanner);
  if (type == JsonType::array) return read_byte_array(scanner);
  if (type == JsonType::object) return read_binary_object(scanner);
  scanner.skip_value();
  return std::nullopt;
}

/// The 32 bytes of a public key, also when the `05` that marks its type stands in front.
std::optional<PublicKey> as_public_key(const std::optional<Bytes>& bytes) {
  constexpr std::uint8_t kCurve25519 = 5;
  if (!bytes) return std::nullopt;
  const bool typed = bytes->size() == 33 && bytes->front() == kCurve25519;
  if (bytes->size() != 32 && !typed) return std::nullopt;
  PublicKey key;
  std::copy(bytes->end() - 32, bytes->end(), key.begin());
  return key;
}

/// Walks the members of an object; any other type is checked and passed over.
template <typename OnMember>
void for_each_member(JsonScanner& scanner, OnMember on_member) {
  if (scanner.peek() != JsonType::object) {
    scanner.skip_value();
    return;
  }
  JsonString key;
  scanner.enter_object();
  while (scanner.next_member(key)) on_member(key);
}

std::optional<PublicKey> read_public_of_pair(JsonScanner& scanner) {
  std::optional<PublicKey> key;
  for_each_member(scanner, [&](const JsonString& name) {
    if (name.equals("public")) {
      key = as_public_key(read_binary(scanner));
    } else {
      scanner.skip_value();
    }
  });
  return key;
}

std::optional<std::string> read_text(JsonScanner& scanner, CredsFacts& facts) {
  if (scanner.peek() != JsonType::string) {
    scanner.skip_value();
    return std::nullopt;
  }
  JsonString text;
  if (!scanner.read_string(text)) return std::nullopt;
  if (text.raw.size() > kLongestText) {
    facts.has_oversized_text = true;
    return std::nullopt;
  }
  return text.has_escapes ? text.decode() : std::string(text.raw);
}

void read_me(JsonScanner& scanner, CredsFacts& facts) {
  facts.has_me = scanner.peek() == JsonType::object;
  facts.me_id = facts.me_lid = facts.me_name = std::nullopt;
  for_each_member(scanner, [&](const JsonString& name) {
    if (name.equals("id")) {
      facts.me_id = read_text(scanner, facts);
    } else if (name.equals("lid")) {
      facts.me_lid = read_text(scanner, facts);
    } else if (name.equals("name")) {
      facts.me_name = read_text(scanner, facts);
    } else {
      scanner.skip_value();
    }
  });
}

void read_account(JsonScanner& scanner, CredsFacts& facts) {
  facts.has_account = scanner.peek() == JsonType::object;
  facts.account_details.clear();
  for_each_member(scanner, [&](const JsonString& name) {
    if (name.equals("details")) {
      facts.account_details = read_binary(scanner).value_or(Bytes{});
    } else {
      scanner.skip_value();
    }
  });
}

void read_member(JsonScanner& scanner, const JsonString& key, CredsFacts& facts) {
  facts.is_baileys =
      facts.is_baileys || std::any_of(kBaileysKeys.begin(), kBaileysKeys.end(),
                                      [&key](std::string_view name) { return key.equals(name); });
  if (key.equals("noiseKey")) {
    facts.noise_public_key = read_public_of_pair(scanner);
  } else if (key.equals("me")) {
    read_me(scanner, facts);
  } else if (key.equals("account")) {
    read_account(scanner, facts);
  } else if (key.equals("registrationId") && scanner.peek() == JsonType::number) {
    facts.registration_id = read_integer(scanner);
  } else {
    scanner.skip_value();
  }
}

}  // namespace

CredsParse parse_creds(std::string_view text) {
  CredsParse parse;
  JsonScanner scanner(text);
  JsonString key;
  if (scanner.enter_object()) {
    while (scanner.next_member(key)) read_member(scanner, key, parse.facts);
    scanner.at_end();
  }
  parse.invalid_utf8_at = scanner.invalid_utf8_at();
  if (scanner.failed()) parse.error = CredsError{scanner.offset(), scanner.error()};
  return parse;
}

}  // namespace wasession::observe

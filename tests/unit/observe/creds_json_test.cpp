#include "observe/stores/creds_json.h"

#include <fstream>
#include <iterator>
#include <random>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "observe/stores/base64.h"
#include "observe/stores/json_scanner.h"
#include "support/fixtures.h"

using namespace wasession;
using namespace wasession::observe;
using wasession::test::baileys_fixture;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool scanner_accepts(std::string_view text) {
  JsonScanner scanner(text);
  return scanner.skip_value() && scanner.at_end() && !scanner.invalid_utf8_at();
}

/// A public key of 32 bytes 0, 1, 2, … as base64.
const std::string kKeyBase64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

std::optional<PublicKey> noise_key_of(const std::string& public_value) {
  return parse_creds(R"({"noiseKey":{"private":"x","public":)" + public_value + "}}")
      .facts.noise_public_key;
}

}  // namespace

TEST_CASE("every form in which Baileys has written a key is read as the same key") {
  std::string array = "[";
  std::string numbered = "{";
  for (int i = 0; i < 32; ++i) {
    array += (i ? "," : "") + std::to_string(i);
    numbered += (i ? ",\"" : "\"") + std::to_string(i) + "\":" + std::to_string(i);
  }
  array += "]";
  numbered += "}";
  const auto expected = noise_key_of(R"({"type":"Buffer","data":")" + kKeyBase64 + "\"}");
  REQUIRE_MESSAGE(expected, "the form that all current versions write is not read");
  CHECK((*expected)[31] == 31);
  CHECK(noise_key_of(R"({"type":"Buffer","data":)" + array + "}") == expected);
  CHECK(noise_key_of(R"({"data":")" + kKeyBase64 + R"(","type":"Buffer"})") == expected);
  CHECK(noise_key_of(R"({"buffer":true,"data":")" + kKeyBase64 + "\"}") == expected);
  CHECK(noise_key_of(R"({"buffer":true,"value":)" + array + "}") == expected);
  CHECK(noise_key_of(numbered) == expected);
  CHECK(noise_key_of("\"" + kKeyBase64 + "\"") == expected);
  CHECK_MESSAGE(noise_key_of(R"("BQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f")") == expected,
                "a key with its type byte 05 in front is another fingerprint");
}

TEST_CASE("a noise key of another length is no key") {
  CHECK_FALSE(noise_key_of(R"({"type":"Buffer","data":"AAEC"})"));
  CHECK_FALSE(noise_key_of("5"));
  CHECK_FALSE(noise_key_of("null"));
  CHECK_FALSE(noise_key_of(R"({"type":"Buffer"})"));
  CHECK_FALSE(noise_key_of(R"({"0":300})"));
}

TEST_CASE("of a key that is there twice the last one counts, as in JavaScript") {
  const auto parse = parse_creds(
      R"({"me":{"id":"1:1@s.whatsapp.net","name":"first"},"me":{"id":"2:2@s.whatsapp.net"}})");
  CHECK(parse.facts.me_id == "2:2@s.whatsapp.net");
  CHECK_FALSE(parse.facts.me_name);
  CHECK_FALSE(parse_creds(R"({"account":{"details":""},"account":null})").facts.has_account);
}

TEST_CASE("a key written with escapes is the same key") {
  CHECK(parse_creds(R"({"\u006de":{"i\u0064":"1@lid"}})").facts.me_id == "1@lid");
}

TEST_CASE("a push name cut inside an emoji does not make the credential corrupt") {
  const auto parse = parse_creds(R"({"noiseKey":{},"me":{"name":"a\ud83d"}})");
  CHECK_FALSE(parse.error);
  CHECK(parse.facts.me_name == "a\xef\xbf\xbd");
  CHECK(parse_creds(R"({"me":{"name":"\ud83d\ude00"}})").facts.me_name == "\xf0\x9f\x98\x80");
}

TEST_CASE("a byte that is not UTF-8 is named and hides no credential, since Node reads it too") {
  const auto parse = parse_creds("{\"me\":{\"id\":\"1:2@s.whatsapp.net\",\"name\":\"a\xff\"}}");
  CHECK_FALSE(parse.error);
  CHECK(parse.invalid_utf8_at == 42);
  CHECK(parse.facts.me_id == "1:2@s.whatsapp.net");
}

TEST_CASE("a creds.json cut at any byte is an error and never half a credential") {
  const std::string whole = text_of(baileys_fixture("v9-linked-msgs") + "/creds.json");
  REQUIRE(parse_creds(whole).facts.noise_public_key);
  const std::size_t last = whole.find_last_of('}');
  for (std::size_t length = 0; length <= last; ++length) {
    CHECK_MESSAGE(parse_creds(whole.substr(0, length)).error, "cut after " << length << " bytes");
  }
}

TEST_CASE("nesting without end is refused, not followed") {
  CHECK_FALSE(scanner_accepts(std::string(1'000'000, '[')));
  CHECK(scanner_accepts(std::string(256, '[') + std::string(256, ']')));
  CHECK_FALSE(scanner_accepts(std::string(257, '[') + std::string(257, ']')));
}

TEST_CASE("the scanner accepts what nlohmann accepts and nothing else") {
  const std::string seed_text = text_of(baileys_fixture("v14-linked-msgs") + "/creds.json");
  std::mt19937 random(1);
  const std::string alphabet =
      "{}[]\",:\\ntfue0123456789.-+E \t\n\x01\x7f\x80\xc3\xa9\xed\xa0\xff/";
  for (int round = 0; round < 20000; ++round) {
    std::string text =
        round % 2 == 0 ? seed_text.substr(random() % 200, random() % 300) : std::string();
    const std::size_t edits = random() % 12;
    for (std::size_t i = 0; i < edits; ++i) {
      text.insert(text.begin() + static_cast<long>(random() % (text.size() + 1)),
                  alphabet[random() % alphabet.size()]);
    }
    const bool lone_surrogate = text.find("\\u") != std::string::npos;
    if (lone_surrogate) continue;
    CHECK_MESSAGE(scanner_accepts(text) == nlohmann::json::accept(text), text);
  }
}

TEST_CASE("base64 is read as Node reads it") {
  const auto decoded = [](std::string_view text) {
    const auto bytes = decode_base64(text, 64);
    return bytes ? std::string(bytes->begin(), bytes->end()) : std::string("refused");
  };
  CHECK(decoded("aGk=") == "hi");
  CHECK(decoded("aGk") == "hi");
  CHECK(decoded("_-8=") == "\xff\xef");
  CHECK(decoded("/+8=") == "\xff\xef");
  CHECK(decoded("") == "");
  CHECK(decoded("a b") == "refused");
  CHECK(decoded(std::string(200, 'A')) == "refused");
}

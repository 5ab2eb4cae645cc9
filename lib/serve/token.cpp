#include "serve/token.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "observe/files/files.h"
#include "serve/text.h"

namespace wasession::serve {
namespace {

constexpr std::size_t kLongestFile = 4096;
constexpr std::uint32_t kOthers = 0077;

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw UnusableToken(fmt::format("the token file {} {}", path, why));
}

void require_private(const std::string& path, const observe::FileFacts& facts) {
  if (facts.owner != 0 && facts.owner != ::geteuid()) {
    refuse(path, "belongs to another user, who knows what is in it");
  }
  if ((facts.mode & kOthers) != 0) {
    refuse(path, fmt::format("may be used by other users (mode {:04o}): chmod 600 it", facts.mode));
  }
}

/// RFC 6750: what a bearer token is made of.
bool is_token_character(char c) {
  constexpr std::string_view kMore = "-._~+/=";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kMore.find(c) != std::string_view::npos;
}

}  // namespace

Token Token::from_file(const std::string& path) {
  const observe::FileFacts facts = observe::facts_of(path);
  if (facts.kind == observe::FileKind::missing || facts.kind == observe::FileKind::unreachable) {
    refuse(path, "can't be read: " + std::generic_category().message(facts.error));
  }
  if (facts.kind != observe::FileKind::regular) {
    refuse(path, fmt::format("is {}; it must be a regular file", observe::describe(facts.kind)));
  }
  observe::SecretBuffer buffer;
  // A link above the file is the user's business; one in its place was refused.
  const observe::FileContent content =
      observe::read_file(path, kLongestFile, buffer, observe::Links::follow);
  if (content.error != 0) {
    refuse(path, "can't be read: " + std::generic_category().message(content.error));
  }
  if (content.facts.identity != facts.identity) refuse(path, "was replaced just now");
  require_private(path, content.facts);
  std::string_view token = content.bytes.substr(0, content.bytes.find('\n'));
  if (token.ends_with('\r')) token.remove_suffix(1);
  if (token.size() < kShortestToken) {
    refuse(path, fmt::format("holds {} characters in its first line; a token has {} at least",
                             token.size(), kShortestToken));
  }
  if (!std::ranges::all_of(token, is_token_character)) {
    refuse(path, "holds characters that no bearer token has: use letters, digits and -._~+/=");
  }
  return Token(digest_of(token));
}

Token::Digest Token::digest_of(std::string_view token) {
  // A configuration may take the algorithms away, or load code into this process.
  static const bool unconfigured = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1;
  Digest digest{};
  unsigned length = 0;
  if (!unconfigured ||
      EVP_Digest(token.data(), token.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL could not compute a SHA-256");
  }
  return digest;
}

bool Token::is_in(std::string_view authorization) const {
  constexpr std::string_view kScheme = "bearer ";
  if (!same_word(authorization.substr(0, kScheme.size()), kScheme)) return false;
  authorization.remove_prefix(kScheme.size());
  const Digest brought = digest_of(authorization);
  return CRYPTO_memcmp(brought.data(), digest_.data(), digest_.size()) == 0;
}

}  // namespace wasession::serve

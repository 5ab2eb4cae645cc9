#include "support/secrets.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "support/temporary_directory.h"

namespace wasession::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// Shorter values (`details`, key ids) are no keys and may turn up by chance.
constexpr std::size_t kShortestKey = 16;
/// A leak of this much of a value is found.
constexpr std::size_t kKnownBytes = 12;

std::string base64(const std::string& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

/// The bytes of padded base64 that holds a key; empty for any other text.
std::string key_from_base64(const std::string& text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t end = std::min(text.find_first_not_of(kAlphabet), text.size());
  const bool padded = text.size() % 4 == 0 && text.size() - end <= 2 &&
                      text.find_first_not_of('=', end) == std::string::npos;
  if (!padded || text.size() < 4 * kShortestKey / 3) return {};
  std::string bytes(text.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                  reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  bytes.resize(bytes.size() - (text.size() - end));
  return bytes;
}

std::string hexadecimal(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <typename Use>
void for_each_text(const json& value, const Use& use) {
  if (value.is_string()) use(value.get<std::string>());
  if (value.is_array()) {
    for (const json& inner : value) for_each_text(inner, use);
  }
  if (value.is_object()) {
    for (const auto& [name, inner] : value.items()) {
      use(name);  // sessions are listed by a public key
      for_each_text(inner, use);
    }
  }
}

}  // namespace

void Secrets::add_form(const std::string& form) {
  forms_by_length_[form.size()].insert(form);
}

void Secrets::add_bytes(const std::string& bytes) {
  if (bytes.size() < kShortestKey || !values_.insert(bytes).second) return;
  add_form(bytes.substr(0, kKnownBytes));
  add_form(hexadecimal(bytes.substr(0, kKnownBytes)));
  std::string form = base64(bytes).substr(0, kKnownBytes * 4 / 3);
  add_form(form);
  std::replace(form.begin(), form.end(), '+', '-');
  std::replace(form.begin(), form.end(), '/', '_');
  add_form(form);
}

void Secrets::add_json(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return;
  for_each_text(parsed, [&](const std::string& found) { add_bytes(key_from_base64(found)); });
  if (parsed.is_object() && parsed.contains("pairingCode")) {
    const auto code = parsed["pairingCode"].get<std::string>();
    values_.insert(code);
    add_form(code);
  }
}

void Secrets::add_baileys_directory(const std::string& path) {
  for (const auto& entry : fs::directory_iterator(path)) add_json(content_of(entry.path()));
}

void Secrets::add_database(const std::string& path) {
  const TemporaryDirectory scratch;  // reading it in place could leave a journal beside it
  fs::copy_file(path, scratch.path("copy.db"));
  SQLite::Database database(scratch.path("copy.db"));
  SQLite::Statement tables(database, "SELECT name FROM sqlite_master WHERE type = 'table'");
  while (tables.executeStep()) {
    SQLite::Statement rows(database, "SELECT * FROM \"" + tables.getColumn(0).getString() + "\"");
    while (rows.executeStep()) {
      for (int column = 0; column < rows.getColumnCount(); ++column) {
        const SQLite::Column value = rows.getColumn(column);
        if (value.isBlob()) add_bytes(value.getString());
      }
    }
  }
}

std::string Secrets::found_in(std::string_view text) const {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  for (const auto& [length, forms] : forms_by_length_) {
    for (std::size_t at = 0; at + length <= text.size(); ++at) {
      for (const std::string_view place :
           {text.substr(at, length), std::string_view(lower).substr(at, length)}) {
        if (const auto form = forms.find(place); form != forms.end()) return *form;
      }
    }
  }
  return {};
}

}  // namespace wasession::test

// creds.json: the scanner accepts exactly what nlohmann accepts, and finds in it what nlohmann
// finds.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "observe/stores/creds_json.h"

namespace {

using wasession::observe::CredsParse;
using wasession::observe::parse_creds;

void require(bool truth) {
  if (!truth) std::abort();
}

/// Where the two may differ: nlohmann takes a NUL byte for the end and skips a byte order mark,
/// refuses half of a surrogate pair and numbers that no double can hold; JSON.parse, which counts,
/// does the opposite. Deep nesting is refused by ours alone.
bool comparable(std::string_view text) {
  if (text.find('\0') != text.npos || text.starts_with("\xef\xbb\xbf")) return false;
  if (text.find("\\u") != text.npos) return false;
  int depth = 0;
  int deepest = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') deepest = std::max(deepest, ++depth);
    if (c == ']' || c == '}') --depth;
  }
  return deepest <= 256;
}

std::string text_at(const nlohmann::json& object, const char* first, const char* second) {
  if (!object.contains(first) || !object[first].is_object()) return {};
  const auto& inner = object[first];
  return inner.contains(second) && inner[second].is_string() ? inner[second].get<std::string>()
                                                             : "";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const CredsParse parse = parse_creds(text);
  if (parse.error) require(parse.error->offset <= size);
  if (!comparable(text) || parse.invalid_utf8_at) return 0;

  nlohmann::json oracle;
  try {
    oracle = nlohmann::json::parse(text);
  } catch (const nlohmann::json::out_of_range&) {
    return 0;
  } catch (const nlohmann::json::parse_error&) {
    require(parse.error.has_value());
    return 0;
  }
  require(parse.error.has_value() == !oracle.is_object());
  if (parse.error) return 0;
  require(parse.facts.me_id.value_or("") == text_at(oracle, "me", "id"));
  require(parse.facts.me_lid.value_or("") == text_at(oracle, "me", "lid"));
  require(parse.facts.me_name.value_or("") == text_at(oracle, "me", "name"));
  require(parse.facts.has_account == (oracle.contains("account") && oracle["account"].is_object()));
  require(parse.facts.has_me == (oracle.contains("me") && oracle["me"].is_object()));
  return 0;
}

/// The JSON5 reader on any bytes: it never crashes, its values survive being written and read as
/// JSON, and what is JSON it reads as nlohmann does.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "observe/config/json5.h"

namespace {

using nlohmann::json;

void require(bool holds) {
  if (!holds) std::abort();
}

std::size_t containers_in(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += c == '[' || c == '{' ? 1U : 0U;
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  json value;
  const auto error = wasession::observe::read_json5(text, value);

  if (error) {
    require(value.is_null() && error->line >= 1 && error->column >= 1 && !error->what.empty());
  } else {
    // Infinity and NaN have no JSON form and are written as null, so that texts are compared.
    const std::string written = value.dump();
    require(json::parse(written).dump() == written);
  }

  // nlohmann takes a NUL byte for the end of the text.
  if (text.find('\0') != std::string_view::npos) return 0;
  const json reference = json::parse(text, nullptr, false);
  if (reference.is_discarded() || containers_in(text) > wasession::observe::kJson5DepthLimit)
    return 0;
  // An integer above 2^53 is rounded to a double here and compared as one there.
  require(!error && value == reference);
  return 0;
}

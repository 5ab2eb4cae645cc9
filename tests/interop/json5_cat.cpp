/// The JSON5 reader on a pipe, for json5_oracle.test.js. Reads documents from standard input, each
/// behind its length (4 bytes, little-endian), and writes one line for each: `error`, or the value
/// as JSON with sorted keys, strings behind a `$` and numbers as `#` and the double's 16 hex digits
/// (`#NaN` for any NaN), so that equal lines are equal values to the last bit.
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "observe/config/json5.h"

namespace {

using nlohmann::json;

std::string canonical(const json& value) {
  if (value.is_string()) return json("$" + value.get_ref<const std::string&>()).dump();
  if (value.is_number()) {
    const auto number = value.get<double>();
    if (std::isnan(number)) return "\"#NaN\"";
    return fmt::format("\"#{:016x}\"", std::bit_cast<std::uint64_t>(number));
  }
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (auto entry = value.begin(); entry != value.end(); ++entry) {
    if (!text.empty()) text += ',';
    if (value.is_object()) text += json(entry.key()).dump() + ':';
    text += canonical(entry.value());
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

bool read_exactly(void* bytes, std::size_t count) {
  return std::fread(bytes, 1, count, stdin) == count;
}

}  // namespace

int main() {
  unsigned char length[4];
  std::string document;
  while (read_exactly(length, sizeof length)) {
    document.resize(length[0] | std::size_t{length[1]} << 8 | std::size_t{length[2]} << 16 |
                    std::size_t{length[3]} << 24);
    if (!read_exactly(document.data(), document.size())) return 1;
    json value;
    const bool failed = wasession::observe::read_json5(document, value).has_value();
    std::puts(failed ? "error" : canonical(value).c_str());
  }
}

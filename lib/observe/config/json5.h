/// JSON5, the format of OpenClaw's configuration (https://json5.org). Reads what the npm package
/// `json5` 2.2.3 reads and refuses what it refuses; tests/interop compares the two.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace wasession::observe {

/// Containers within containers. The package has no limit; no real configuration comes near this.
inline constexpr std::size_t kJson5DepthLimit = 256;
/// Bytes of one document.
inline constexpr std::size_t kJson5SizeLimit = std::size_t{8} << 20;

/// Where reading stopped. `line` and `column` count from 1, the column in characters. `what` says
/// what was expected and which one character was found: never more of the document, because
/// configurations hold tokens.
struct Json5Error {
  std::size_t line = 1;
  std::size_t column = 1;
  std::string what;
};

/// `line 3, column 7: expected a value, found '}'`.
std::string to_string(const Json5Error& error);

/// Reads a whole document into `value`; on an error `value` is null. Bytes that are not UTF-8 read
/// as U+FFFD, a byte order mark is white space, and of equal keys the last one counts, all as in
/// the package. Numbers are JavaScript's: whole ones up to 2^53 become integers, all others
/// doubles, which may be infinite or NaN. A lone surrogate escape becomes U+FFFD.
std::optional<Json5Error> read_json5(std::string_view text, nlohmann::json& value);

}  // namespace wasession::observe

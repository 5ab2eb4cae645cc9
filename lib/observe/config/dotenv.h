/// `.env` files as the npm package `dotenv` 17, which OpenClaw uses, reads them.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace wasession::observe {

using Variables = std::map<std::string, std::string, std::less<>>;

/// `NAME=value`, `NAME: value` and `export NAME=value`, values bare (up to a `#`) or in one of
/// three kinds of quotes (over several lines; in double quotes `\n` and `\r` are line ends). What
/// does not fit is skipped, as in the package; of equal names the last one counts.
Variables parse_dotenv(std::string_view text);

/// The `.env` file's variables; none when it is missing or unreadable (OpenClaw says nothing then
/// either) or larger than 1 MiB (2026.9's limit).
Variables read_dotenv(const std::string& path);

}  // namespace wasession::observe

/// How OpenClaw spells the names of accounts and profiles.
#pragma once

#include <string>
#include <string_view>

namespace wasession::observe::openclaw {

/// Without JavaScript's ASCII white space on both sides.
std::string_view trim(std::string_view text);

/// `/^[a-z0-9][a-z0-9_-]{0,63}$/i`: a profile's name, and an account id that only wants lower case.
bool is_plain_name(std::string_view name);

/// An account's directory name: a plain name in lower case; else all other characters become `-`,
/// none is left at the ends, and 64 characters stay. Nothing left is `default`.
std::string normalized_account_id(std::string_view id);

}  // namespace wasession::observe::openclaw

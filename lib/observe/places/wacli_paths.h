#pragma once
#include <string_view>
namespace wasession::observe { inline constexpr std::string_view kWacliDatabase = "session.db"; }

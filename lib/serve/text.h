/// Words of HTTP and of host names, whose letters count the same in either case.
#pragma once

#include <algorithm>
#include <string_view>

namespace wasession::serve {

inline bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace wasession::serve

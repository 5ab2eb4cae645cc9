#include "observe/places/openclaw_names.h"

#include <algorithm>

#include "observe/places/openclaw_paths.h"

namespace wasession::observe::openclaw {
namespace {

constexpr std::size_t kLongestName = 64;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_letter_or_digit(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

bool is_name_character(char c) {
  return is_letter_or_digit(c) || c == '_' || c == '-';
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && is_letter_or_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), is_name_character);
}

std::string normalized_account_id(std::string_view id) {
  id = trim(id);
  std::string result;
  bool in_gap = false;
  for (const char c : id) {
    const bool kept = is_name_character(c);
    if (kept || !in_gap) result += kept ? lower(c) : '-';
    in_gap = !kept;
  }
  if (!is_plain_name(id)) {
    result.erase(0, std::min(result.find_first_not_of('-'), result.size()));
    result.erase(result.find_last_not_of('-') + 1);
    result.resize(std::min(result.size(), kLongestName));
  }
  return result.empty() ? std::string(kDefaultAccount) : result;
}

}  // namespace wasession::observe::openclaw

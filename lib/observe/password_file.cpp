#include "observe/password_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "observe/files/files.h"

namespace wasession::observe {
namespace {

std::optional<PasswordEntry> parse_line(std::string_view line) {
  enum { kUser, kPassword, kUid, kGid, kGecos, kHome, kShell, kFieldCount };
  std::array<std::string_view, kFieldCount> fields;
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    const auto colon = line.find(':');
    if ((colon == std::string_view::npos) != (i == kShell)) return std::nullopt;
    fields[i] = line.substr(0, colon);
    if (i != kShell) line.remove_prefix(colon + 1);
  }
  PasswordEntry entry{std::string(fields[kUser]), 0, std::string(fields[kHome])};
  const std::string_view uid = fields[kUid];
  const auto [end, error] = std::from_chars(uid.data(), uid.data() + uid.size(), entry.uid);
  if (error != std::errc{} || end != uid.data() + uid.size()) return std::nullopt;
  if (entry.user.empty() || entry.user.front() == '#') return std::nullopt;
  return entry;
}

}  // namespace

std::vector<PasswordEntry> parse_password_file(std::string_view text) {
  std::vector<PasswordEntry> entries;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (auto entry = parse_line(text.substr(0, end))) entries.push_back(std::move(*entry));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return entries;
}

std::vector<PasswordEntry> password_database() {
  constexpr std::size_t kLimit = std::size_t{8} << 20;
  SecretBuffer buffer;
  return parse_password_file(read_file("/etc/passwd", kLimit, buffer, Links::follow).bytes);
}

std::string user_name(std::uint32_t uid) {
  static const std::vector<PasswordEntry> users = password_database();
  const auto user = std::find_if(users.begin(), users.end(),
                                 [&](const PasswordEntry& entry) { return entry.uid == uid; });
  return user == users.end() ? std::string() : user->user;
}

}  // namespace wasession::observe

#include "observe/logs/json_object.h"

#include <algorithm>
#include <charconv>

namespace wasession::observe::logs {
namespace {

constexpr std::size_t kMostMembers = 256;

}  // namespace

std::optional<JsonObject> JsonObject::read(std::string_view text) {
  JsonScanner scanner(text);
  if (scanner.peek() != JsonType::object || !scanner.enter_object()) return std::nullopt;
  JsonObject object;
  JsonString key;
  while (scanner.next_member(key)) {
    const auto type = scanner.peek();
    const std::size_t start = scanner.offset();
    if (!type || !scanner.skip_value()) return std::nullopt;
    if (object.members_.size() == kMostMembers) return std::nullopt;
    object.members_.push_back({key, *type, text.substr(start, scanner.offset() - start)});
  }
  if (scanner.failed() || !scanner.at_end()) return std::nullopt;
  return object;
}

const JsonObject::Member* JsonObject::find(std::string_view key) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& member) { return member.key.equals(key); });
  return found == members_.end() ? nullptr : &*found;
}

bool JsonObject::is_null(std::string_view key) const {
  const Member* const member = find(key);
  return member != nullptr && member->type == JsonType::null;
}

std::optional<std::string> JsonObject::text(std::string_view key) const {
  const Member* const member = find(key);
  if (member == nullptr || member->type != JsonType::string) return std::nullopt;
  JsonScanner scanner(member->raw);
  JsonString value;
  if (!scanner.read_string(value)) return std::nullopt;
  return value.decode();
}

std::optional<std::int64_t> JsonObject::integer(std::string_view key) const {
  const Member* const member = find(key);
  if (member == nullptr || member->type != JsonType::number) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = member->raw.data() + member->raw.size();
  const auto [stop, error] = std::from_chars(member->raw.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<JsonObject> JsonObject::object(std::string_view key) const {
  const Member* const member = find(key);
  if (member == nullptr || member->type != JsonType::object) return std::nullopt;
  return read(member->raw);
}

std::optional<JsonObject> JsonObject::first_object(std::string_view key) const {
  const Member* const member = find(key);
  if (member == nullptr || member->type != JsonType::array) return std::nullopt;
  JsonScanner scanner(member->raw);
  if (!scanner.enter_array() || !scanner.next_element()) return std::nullopt;
  const std::size_t start = scanner.offset();
  if (scanner.peek() != JsonType::object || !scanner.skip_value()) return std::nullopt;
  return read(member->raw.substr(start, scanner.offset() - start));
}

}  // namespace wasession::observe::logs

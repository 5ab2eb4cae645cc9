/// One JSON object of a log line, read as far as its members; nothing of it is copied, for a line
/// may hold a private key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "observe/stores/json_scanner.h"

namespace wasession::observe::logs {

/// Lives as long as the text it was read from. Absent members, and members of another type than
/// asked for, are nothing: a log promises no form.
class JsonObject {
 public:
  /// Nothing when `text` is not one whole object, or has more members than any record.
  static std::optional<JsonObject> read(std::string_view text);

  bool has(std::string_view key) const { return find(key) != nullptr; }
  bool is_null(std::string_view key) const;
  std::optional<std::string> text(std::string_view key) const;
  std::optional<std::int64_t> integer(std::string_view key) const;
  std::optional<JsonObject> object(std::string_view key) const;
  /// The first element of an array of objects.
  std::optional<JsonObject> first_object(std::string_view key) const;

 private:
  struct Member {
    JsonString key;
    JsonType type;
    std::string_view raw;
  };
  const Member* find(std::string_view key) const;

  std::vector<Member> members_;
};

}  // namespace wasession::observe::logs

/// Writes JSON as it goes, so that ten thousand sessions need no tree in memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wasession::report {

/// Appends to a string that the caller may hand on and clear between any two calls. Absent facts
/// are absent keys, so there is no call for null.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  void key(std::string_view name);

  void string(std::string_view text);
  void number(std::uint64_t value);
  void boolean(bool value);

  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }

 private:
  void begin(char bracket);
  void end(char bracket);
  void separate();

  std::string& out_;
  std::vector<bool> has_items_;
  bool after_key_ = false;
};

}  // namespace wasession::report

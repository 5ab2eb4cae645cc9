/// A strict reader of one JSON text that copies nothing: values that nobody asked for are checked
/// and passed over where they lie, so a private key never leaves the buffer it was read into.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "observe/stores/json_string.h"

namespace wasession::observe {

enum class JsonType { object, array, string, number, boolean, null };

/// A pull reader. Every call returns false (or nothing) once the text proved to be wrong; then
/// `error()` says what was expected and `offset()` where. Accepts exactly what JSON.parse accepts
/// of the text that Node reads (a byte inside a string that is not UTF-8 becomes U+FFFD there), up
/// to 256 levels deep.
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : text_(text) {}

  /// The type of the value that comes next, without consuming it.
  std::optional<JsonType> peek();

  /// After peek() said object: `while (scanner.next_member(key)) { …one value… }`.
  bool enter_object();
  bool next_member(JsonString& key);
  /// After peek() said array: `while (scanner.next_element()) { …one value… }`.
  bool enter_array();
  bool next_element();

  bool read_string(JsonString& value);
  /// The number as it stands, checked against the grammar.
  bool read_number(std::string_view& number);
  bool read_boolean(bool& value);
  /// Checks and passes over one value of any type.
  bool skip_value();
  /// After the outermost value: true when nothing but white space is left.
  bool at_end();

  bool failed() const { return error_ != nullptr; }
  const char* error() const { return error_; }
  std::size_t offset() const { return position_; }
  /// Where the first byte stands, if any, that is not UTF-8.
  std::optional<std::size_t> invalid_utf8_at() const { return invalid_utf8_at_; }

 private:
  bool fail(const char* expected);
  char next() const { return position_ < text_.size() ? text_[position_] : '\0'; }
  void skip_space() {
    while (next() == ' ' || next() == '\n' || next() == '\r' || next() == '\t') ++position_;
  }
  bool skip_scalar();
  bool skip_key();
  bool skip_string(bool& has_escapes);
  bool consume(std::string_view word);
  bool enter(char open, const char* expected);
  bool check_escape();
  void pass_utf8();

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
  bool first_in_container_ = false;
  const char* error_ = nullptr;
  std::optional<std::size_t> invalid_utf8_at_;
};

}  // namespace wasession::observe

/// The private values of fixtures, and where one of them turns up.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

namespace wasession::test {

/// Byte strings that nobody may ever see, in every form in which they could leak: raw, base64,
/// base64url, hexadecimal. Long ones are known by their beginning, so that a cut one is found too.
class Secrets {
 public:
  /// Everything in a Baileys directory: each Buffer and each base64 text of every file (the public
  /// keys too, which no output has a reason to show), and the pairing code.
  void add_baileys_directory(const std::string& path);

  /// Every blob of 16 bytes or more in a whatsmeow database.
  void add_database(const std::string& path);

  /// How many values there are, not counting their forms.
  std::size_t size() const { return values_.size(); }

  /// A form of a secret that is in `text`; empty when there is none.
  std::string found_in(std::string_view text) const;

 private:
  void add_bytes(const std::string& bytes);
  void add_form(const std::string& form);
  void add_json(const std::string& text);

  std::set<std::string> values_;
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Forms = std::unordered_set<std::string, Hash, std::equal_to<>>;

  std::map<std::size_t, Forms> forms_by_length_;
};

}  // namespace wasession::test

/// What the place rules may know of their surroundings, as one value, so that tests can stage any
/// machine without touching this process.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasession::observe {

enum class Platform { linux_os, macos };

struct Environment {
  std::map<std::string, std::string, std::less<>> variables;
  std::string home;               ///< $HOME, else the password database; may be empty
  std::string working_directory;  ///< absolute; `/` when it is gone
  Platform platform = Platform::linux_os;
  /// Home directories to look into besides `home`: root sees every user's, others none.
  std::vector<std::string> other_homes;
  bool working_directory_is_gone = false;

  /// The variable's value, surrounding white space removed; nothing when unset or blank.
  std::optional<std::string> get(std::string_view name) const;
};

/// The environment of this process.
Environment current_environment();

/// The same without `other_homes`, which as root costs a look at each.
Environment own_environment();

}  // namespace wasession::observe

/// Gives every session the id that people type.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasession::observe {

/// What an id is made of.
struct IdParts {
  std::string prefix;  ///< `openclaw`, `openclaw@work`, `wacli`, `baileys`, …
  std::string name;    ///< account id, directory name or file stem
  /// Nearest first; put in front of `name` until ids differ. When empty, the parents of `path`.
  std::vector<std::string> qualifiers;
  std::string_view path;
};

/// One id for each store: `prefix/name`. Ids that would collide all get their nearest qualifier in
/// front of the name, and the next, until they differ; so an id depends on the paths alone, not on
/// the order in which they were found.
std::vector<std::string> session_ids(std::span<const IdParts> parts);

/// The directories above a path, nearest first: `b`, `a` for `/a/b/c`.
std::vector<std::string> parent_names(std::string_view path);

}  // namespace wasession::observe

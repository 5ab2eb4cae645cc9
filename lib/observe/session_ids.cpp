#include "observe/session_ids.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "observe/files/files.h"

namespace wasession::observe {
namespace {

std::string id_with(const IdParts& parts, std::span<const std::string> qualifiers) {
  std::string id = parts.prefix + "/";
  for (auto qualifier = qualifiers.rbegin(); qualifier != qualifiers.rend(); ++qualifier) {
    id += *qualifier + "/";
  }
  // A "#" stands between an id and the number of a further device, so none may stand in a name.
  if (parts.name.find('#') == std::string::npos) return id + parts.name;
  for (const char c : parts.name) {
    if (c == '#') {
      id += "%23";
    } else {
      id += c;
    }
  }
  return id;
}

std::vector<std::size_t> positions_of_repeats(const std::vector<std::string>& ids) {
  std::unordered_map<std::string_view, std::size_t> counts;
  counts.reserve(ids.size());
  for (const std::string& id : ids) ++counts[id];
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (counts[ids[i]] > 1) positions.push_back(i);
  }
  return positions;
}

/// For two files of one directory that differ in their endings alone, say: `~1`, `~2` in the order
/// of their paths, within each group of equal ids.
void number_by_path(std::span<const IdParts> parts, std::vector<std::size_t> colliding,
                    std::vector<std::string>& ids) {
  std::sort(colliding.begin(), colliding.end(),
            [&](std::size_t a, std::size_t b) { return parts[a].path < parts[b].path; });
  std::unordered_map<std::string, std::size_t> used;
  for (const std::size_t i : colliding) {
    const std::size_t number = ++used[ids[i]];
    ids[i] += fmt::format("~{}", number);
  }
}

}  // namespace

std::vector<std::string> session_ids(std::span<const IdParts> parts) {
  std::vector<std::string> ids;
  ids.reserve(parts.size());
  for (const IdParts& part : parts) ids.push_back(id_with(part, {}));

  for (std::size_t count = 1;; ++count) {
    const std::vector<std::size_t> colliding = positions_of_repeats(ids);
    if (colliding.empty()) return ids;
    bool can_still_differ = false;
    for (const std::size_t i : colliding) {
      const std::vector<std::string> qualifiers =
          parts[i].qualifiers.empty() ? parent_names(parts[i].path) : parts[i].qualifiers;
      can_still_differ = can_still_differ || qualifiers.size() >= count;
      ids[i] = id_with(parts[i], std::span(qualifiers).first(std::min(count, qualifiers.size())));
    }
    if (can_still_differ) continue;
    number_by_path(parts, colliding, ids);
    return ids;
  }
}

std::vector<std::string> parent_names(std::string_view path) {
  std::vector<std::string> names;
  for (std::string_view parent = parent_path(path); parent.size() > 1;
       parent = parent_path(parent)) {
    names.emplace_back(base_name(parent));
  }
  return names;
}

}  // namespace wasession::observe

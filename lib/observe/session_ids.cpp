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
  return id + parts.name;
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
    for (std::size_t k = 0; k < colliding.size(); ++k)
      ids[colliding[k]] += fmt::format("~{}", k + 1);
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

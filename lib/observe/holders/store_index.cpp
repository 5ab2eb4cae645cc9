#include "observe/holders/store_index.h"

#include <algorithm>

#include "model/baileys_files.h"
namespace wasession::observe {
namespace {

/// How many components `path` has more than `directory`, which it begins with.
int levels_below(std::string_view directory, std::string_view path) {
  const std::string_view rest = path.substr(directory.size());
  return static_cast<int>(std::count(rest.begin(), rest.end(), '/'));
}

}  // namespace

StoreIndex::StoreIndex(std::span<const Session> sessions) {
  positions_.reserve(sessions.size());
  stores_.reserve(sessions.size());
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const Store& store = sessions[i].store;
    const auto [known, is_new] = positions_.emplace(store.path, stores_.size());
    if (is_new) stores_.push_back({&store, {}});
    stores_[known->second].sessions.push_back(i);
  }
}

const IndexedStore* StoreIndex::by_path(std::string_view path) const {
  const auto found = positions_.find(path);
  return found == positions_.end() ? nullptr : &stores_[found->second];
}

const IndexedStore* StoreIndex::by_identity(const FileFacts& facts) const {
  if (facts.kind != FileKind::directory && facts.kind != FileKind::regular) return nullptr;
  if (identities_.empty()) {
    for (std::size_t i = 0; i < stores_.size(); ++i) {
      identities_.emplace(stores_[i].store->identity, i);
    }
  }
  const auto found = identities_.find(facts.identity);
  return found == identities_.end() ? nullptr : &stores_[found->second];
}

const IndexedStore* StoreIndex::at(const ProcessReading& process, std::string_view path) const {
  if (process.mount_namespace == 0) return by_path(path);
  return by_identity(facts_as_seen_by(process, std::string(path)));
}

std::vector<NearStore> StoreIndex::below(const std::string& directory, int levels) const {
  if (sorted_.empty()) {
    for (const IndexedStore& store : stores_) sorted_.push_back(store.store->path);
    std::sort(sorted_.begin(), sorted_.end());
  }
  std::vector<NearStore> found;
  const std::string prefix = directory + "/";
  for (auto next = std::lower_bound(sorted_.begin(), sorted_.end(), prefix);
       next != sorted_.end() && next->starts_with(prefix); ++next) {
    const int distance = levels_below(prefix, *next) + 1;
    if (distance <= levels) found.push_back({positions_.at(*next), distance});
  }
  return found;
}

std::vector<NearStore> StoreIndex::near(const ProcessReading& process, const std::string& path,
                                        int levels, Links links) const {
  if (path == "/") return {};
  const bool other_tree = process.mount_namespace != 0;
  if (links == Links::show && !other_tree) {
    const IndexedStore* store = by_path(path);
    if (store == nullptr && is_credential_file(base_name(path))) store = by_path(parent_path(path));
    return store != nullptr ? std::vector{NearStore{position(*store), 0}} : below(path, levels);
  }
  const FileFacts facts = facts_as_seen_by(process, path);
  const IndexedStore* store = by_identity(facts);
  if (store == nullptr && is_credential_file(base_name(path))) {
    store = by_identity(facts_as_seen_by(process, std::string(parent_path(path))));
  }
  if (store != nullptr) return {{position(*store), 0}};
  const std::string resolved = resolve(path);
  // In another file tree the path counts only where it is the same directory here.
  if (resolved.empty() || resolved == "/" || facts_of(resolved).identity != facts.identity) {
    return {};
  }
  return below(resolved, levels);
}

}  // namespace wasession::observe

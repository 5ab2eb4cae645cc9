/// Finds stores by what processes name: a path, an inode, a directory near them.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/session.h"
#include "observe/files/files.h"
#include "observe/processes/processes.h"

namespace wasession::observe {

/// A store and its sessions.
struct IndexedStore {
  const Store* store = nullptr;
  std::vector<std::size_t> sessions;  ///< positions, in the order of the database
};

/// A store at or near a path.
struct NearStore {
  std::size_t store = 0;  ///< position in StoreIndex::stores()
  int levels = 0;         ///< 0: the path is the store or in it; else how far below the path it is
};

/// The sessions must outlive the index. For one thread.
class StoreIndex {
 public:
  explicit StoreIndex(std::span<const Session> sessions);

  std::span<const IndexedStore> stores() const { return stores_; }

  /// The store at exactly this path (an auth directory or a database), as the process sees it.
  const IndexedStore* at(const ProcessReading& process, std::string_view path) const;

  /// The stores that `path` (absolute, `.` and `..` removed) leads to: the one it is or is a
  /// file of, else those at most `levels` levels below it. `Links::follow` also asks the file
  /// system where the path leads; else only its text counts, and no file is touched.
  std::vector<NearStore> near(const ProcessReading& process, const std::string& path, int levels,
                              Links links) const;

  std::size_t position(const IndexedStore& store) const {
    return static_cast<std::size_t>(&store - stores_.data());
  }

 private:
  const IndexedStore* by_path(std::string_view path) const;
  const IndexedStore* by_identity(const FileFacts& facts) const;
  std::vector<NearStore> below(const std::string& directory, int levels) const;

  std::vector<IndexedStore> stores_;
  std::unordered_map<std::string_view, std::size_t> positions_;
  // Made when a process first asks for them: on most machines none does.
  mutable std::map<FileIdentity, std::size_t> identities_;
  mutable std::vector<std::string_view> sorted_;  ///< the paths, for the stores below a directory
};

}  // namespace wasession::observe

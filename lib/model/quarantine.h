/// What waits in quarantine: purged credentials that `restore` can put back. Values only.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/session.h"

namespace wasession {

/// From then on an entry is deleted.
inline constexpr std::chrono::days kQuarantineLife{30};

/// One file of an entry, as it was at its place.
struct QuarantinedFile {
  std::string name;  ///< in the store's directory, byte for byte
  std::uint32_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size = 0;
  Time modified;
  std::array<std::uint8_t, 32> sha256{};
};

/// One purged credential.
struct Quarantined {
  std::string id;
  std::string session;  ///< its id when it was purged
  Tool tool = Tool::baileys;
  StoreKind kind = StoreKind::baileys_directory;
  std::string path;        ///< of the store
  std::optional<Jid> jid;  ///< of a database: which device's rows
  Time quarantined_at;
  Time expires_at;
  std::optional<Time> restored_at;     ///< then its files are back at their place
  std::vector<QuarantinedFile> files;  ///< of a database: its copy
  std::uint32_t directory_mode = 0;    ///< of the store's directory
  std::uint32_t directory_uid = 0;
  std::uint32_t directory_gid = 0;
};

/// Of all its files together, in bytes.
inline std::uint64_t total_size(const Quarantined& entry) {
  std::uint64_t bytes = 0;
  for (const QuarantinedFile& file : entry.files) bytes += file.size;
  return bytes;
}

}  // namespace wasession

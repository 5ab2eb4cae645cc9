/// Reads the devices of a whatsmeow SQLite database without changing anything on disk.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/session.h"

namespace wasession::observe {

struct DatabaseReading {
  /// A `whatsmeow_device` table with jid, noise_key, identity_key and registration_id is there (any
  /// schema version). When false and `problems` is empty, it is somebody else's database.
  bool is_whatsmeow = false;
  std::optional<int> schema_version;
  /// One a device row, in rowid order (wacli uses the first).
  std::vector<CredentialReading> devices;
  /// What is wrong with the file as a whole: truncated, locked, not a database, no permission.
  std::vector<std::string> problems;
};

/// Reads `path` (an absolute path). Never creates, changes or deletes a file beside it, also with
/// a hot journal or a WAL (both are replayed in memory), and holds no lock longer than one SELECT.
/// Private keys are wiped from memory before it returns. Never throws for what is wrong with the
/// file.
DatabaseReading read_whatsmeow_database(const std::string& path);

/// True when the first bytes of an open file are those of any SQLite 3 database.
bool looks_like_sqlite(std::string_view first_bytes);

}  // namespace wasession::observe

/// Reads one Baileys auth directory: `creds.json` and nothing else. No key file is opened or even
/// looked at.
#pragma once

#include <string>

#include "model/session.h"
#include "observe/files/files.h"

namespace wasession::observe {

enum class CredsHealth {
  good,
  /// No creds.json: a QR code is being shown, or nothing is here.
  absent,
  /// Empty or not JSON. Baileys truncates before it writes, so look again before believing it.
  broken,
  /// Valid JSON that is not Baileys': somebody else's creds.json.
  foreign,
  /// It exists and can't be read: no permission, not a regular file, too large.
  unreadable,
  /// Whether it exists can't be told: the directory may not be entered, or its path is too long.
  unreachable,
};

struct BaileysReading {
  CredentialReading credential;
  CredsHealth health = CredsHealth::absent;
};

/// Reads `directory`/creds.json (a symbolic link in its place is followed, since Baileys does, and
/// named as a problem). Never throws for what is wrong with the file. The buffer is wiped.
BaileysReading read_baileys_directory(const std::string& directory, SecretBuffer& buffer);

/// For a creds.json that stayed absent or broken: takes the facts from OpenClaw's creds.json.bak,
/// if that is a good one, and says so; else returns `reading` as it is, a broken one as corrupt.
BaileysReading fall_back_to_backup(BaileysReading reading, const std::string& directory,
                                   SecretBuffer& buffer);

}  // namespace wasession::observe

/// Where a store may be, as the rules of one tool say: a path and what to call it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/session.h"
#include "model/warning.h"
#include "observe/stores/baileys_directory.h"

namespace wasession::observe {

/// A place names a path; whether a store is there is found out by reading it.
struct Place {
  Tool tool = Tool::baileys;
  StoreKind kind = StoreKind::baileys_directory;
  std::string path;         ///< absolute, not necessarily free of symbolic links
  bool configured = false;  ///< a configuration or a fixed rule of the tool names it
  bool disabled = false;    ///< the configuration says that it is not to be used
  std::string name;         ///< last part of the session id: an account id or a directory's name
  std::string profile;      ///< OpenClaw's profile, else empty
  /// What comes in front of `name`, nearest first, when two ids would collide.
  std::vector<std::string> qualifiers;
  bool usual = false;  ///< found again without being named: a tool's rule for this environment
  /// Said even when it holds no credential: the user asked for this very path.
  bool expected = false;
  /// Set by a search: `path` exists, has no symbolic links, and this is its inode.
  std::optional<FileIdentity> identity;
  /// Set by a search, which reads creds.json where it comes across one: a second pass over ten
  /// thousand directories would find none of them in the processor's caches.
  std::shared_ptr<BaileysReading> reading;
};

/// A rule's answer: places in the tool's own order, and what could not be read on the way.
struct Places {
  std::vector<Place> places;
  std::vector<Warning> warnings;
};

}  // namespace wasession::observe

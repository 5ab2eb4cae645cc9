#include "model/baileys_files.h"

#include <algorithm>

namespace wasession {

bool is_credential_file(std::string_view name) {
  return name == kCredsFile || name == kCredsBackup || is_key_file(name);
}

bool is_key_file(std::string_view name) {
  return name.ends_with(".json") &&
         std::ranges::any_of(kKeyFilePrefixes,
                             [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace wasession

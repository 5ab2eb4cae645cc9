#include "registry/registry.h"

namespace wasession::registry {

std::string default_registry_path(const std::optional<std::string>& xdg_state_home,
                                  const std::string& home, bool macos) {
  constexpr const char* kFile = "/wasession/registry.db";
  if (xdg_state_home && xdg_state_home->starts_with('/')) return *xdg_state_home + kFile;
  if (!home.starts_with('/')) return "";
  return home + (macos ? "/Library/Application Support" : "/.local/state") + kFile;
}

}  // namespace wasession::registry

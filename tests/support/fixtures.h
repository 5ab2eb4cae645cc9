/// Where the fixtures are.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace wasession::test {

/// A Baileys directory kept in the project: written by the real library, few key files kept.
inline std::string baileys_fixture(std::string_view name) {
  return std::string(WASESSION_SOURCE_DIR) + "/tests/fixtures/baileys/" + std::string(name);
}

/// `../shared/fixtures/NAME`, which stays outside the project; empty when it is not there.
inline std::string shared_fixture(std::string_view name) {
  const char* const shared = std::getenv("WASESSION_SHARED");
  const std::string root =
      shared != nullptr ? shared : std::string(WASESSION_SOURCE_DIR) + "/../shared";
  const std::string path = root + "/fixtures/" + std::string(name);
  return std::filesystem::exists(path) ? path : std::string();
}

}  // namespace wasession::test

/// A Baileys directory that is purged, and the means to do it.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>

#include "apply/quarantine.h"
#include "unit/apply/support.h"

namespace wasession::test {

/// Name, type and mode, owner, time and bytes of all that is in a directory; empty when there is
/// none. A symbolic link stands with its target.
using Inventory =
    std::map<std::string, std::tuple<mode_t, uid_t, gid_t, std::int64_t, std::string>>;

inline Inventory inventory_of(const std::string& directory) {
  Inventory inventory;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    const std::string path = entry.path().string();
    const struct stat status = status_of(path);
    std::string bytes;
    if (S_ISREG(status.st_mode)) bytes = content_of(path);
    if (S_ISLNK(status.st_mode)) bytes = std::filesystem::read_symlink(path).string();
    const std::int64_t modified = S_ISREG(status.st_mode)
                                      ? apply::modified_time(status).tv_sec * 1'000'000'000 +
                                            apply::modified_time(status).tv_nsec
                                      : 0;
    inventory[entry.path().filename().string()] = {status.st_mode, status.st_uid, status.st_gid,
                                                   modified, bytes};
  }
  return inventory;
}

inline std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& [name, ignored] : inventory_of(directory)) names.push_back(name);
  return names;
}

struct Purging {
  TemporaryDirectory root;
  std::string store = root.make_directory("bots/bot");
  apply::Means means;
  Step step;

  Purging() {
    REQUIRE(::chmod(root.path("bots").c_str(), 0755) == 0);
    REQUIRE(::chmod(store.c_str(), 0750) == 0);
    add("creds.json", "{\"noiseKey\":\"the credential itself\"}", 0600);
    add("creds.json.bak", "{\"noiseKey\":\"the one before\"}", 0644);
    add("pre-key-1.json", "{\"private\":\"one\"}", 0640);
    add("session-15550101010.0.json", "{}", 0604);
    add("app-state-sync-key-AAAA__=.json", "", 0600);
    means.quarantine = root.path("state/quarantine");
    judge();
  }

  void add(const std::string& name, const std::string& bytes, mode_t mode) const {
    const std::string path = root.write_file("bots/bot/" + name, bytes);
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    const timespec times[2] = {{0, UTIME_OMIT}, {1'700'000'000 + mode, 123'456'789}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  }
  /// The step about the directory as it is now.
  void judge() {
    step.kind = StepKind::quarantine;
    step.target = store;
    step.identity = identity_at(store);
    step.purge.emplace();
    step.purge->session = "baileys/bot";
  }
  Outcome take(StepKind kind = StepKind::quarantine) {
    step.kind = kind;
    const auto outcomes = apply::apply({step}, means);
    REQUIRE(outcomes.size() == 1);
    return outcomes[0];
  }
  /// The only entry's id goes into the step.
  Outcome restore() {
    step.purge->quarantine_id = only_entry().id;
    return take(StepKind::restore);
  }
  Quarantined only_entry() const {
    const apply::QuarantineReading reading = apply::read_quarantine(means.quarantine);
    for (const Warning& warning : reading.warnings) FAIL_CHECK(warning.path, ": ", warning.what);
    REQUIRE(reading.entries.size() == 1);
    return reading.entries[0];
  }
  std::vector<Quarantined> entries() const {
    return apply::read_quarantine(means.quarantine).entries;
  }
  std::string entry_path() const { return means.quarantine + "/" + only_entry().id; }
};

inline std::string sha256_hex(const std::array<std::uint8_t, 32>& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace wasession::test

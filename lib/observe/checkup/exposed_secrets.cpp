#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <unistd.h>

#include "model/baileys_files.h"
#include "observe/checkup/parts.h"
#include "observe/files/files.h"
#include "observe/parallel.h"
#include "observe/places/openclaw_paths.h"

namespace wasession::observe::checkup {
namespace {

constexpr std::uint32_t kOwnersBits = 0700;
constexpr std::uint32_t kOthersBits = 0077;
constexpr std::uint32_t kOthersEnter = 0011;
constexpr std::uint32_t kOthersListOrEnter = 0055;
constexpr std::uint32_t kSticky = 01000;

/// What is stored beside a database: SQLite's copies of its pages. The index of the log (-shm) has
/// none.
constexpr std::array<std::string_view, 3> kDatabaseFiles{"", "-wal", "-journal"};

/// Whether anybody but owners gets through a directory and all above it. Remembered, since
/// thousands of stores may have the same parents.
class Reach {
 public:
  bool open_to_others(const std::string& directory) {
    if (const auto known = known_.find(directory); known != known_.end()) return known->second;
    const FileFacts facts = facts_of(directory);
    const bool enters = facts.kind == FileKind::directory && (facts.mode & kOthersEnter) != 0 &&
                        (directory == "/" || open_to_others(std::string(parent_path(directory))));
    known_.emplace(directory, enters);
    return enters;
  }

 private:
  std::map<std::string, bool> known_;
};

/// True for a directory that is somebody's place for other things too (a project, a home, /tmp):
/// closing it could break what has nothing to do with WhatsApp. Baileys makes no directories.
bool serves_other_purposes(const Store& store, const FileFacts& facts) {
  if ((facts.mode & kSticky) != 0) return true;
  // OpenClaw's flat directory of 2026.2 has others in it, all of them its own.
  if (store.tool == Tool::openclaw && base_name(store.path) == openclaw::kCredentials) return false;
  if (counts_subdirectories(store.path)) return facts.links > 2;
  bool found = false;
  for_each_entry(store.path, [&](const DirectoryEntry& entry) {
    found = entry.kind == FileKind::directory ||
            (entry.kind == FileKind::missing &&
             facts_of(join(store.path, entry.name)).kind == FileKind::directory);
    return !found;
  });
  return found;
}

/// One store's look: what it finds goes to `found`.
class Look {
 public:
  Look(const Session& session, std::size_t position, std::vector<ExposedSecret>& found)
      : store_(session.store), position_(position), found_(found), user_(::geteuid()) {}

  void at_directory() {
    const FileFacts facts = facts_of(store_.path);
    if (facts.kind != FileKind::directory) return;
    if ((facts.mode & kOthersListOrEnter) != 0 && may_change(facts) &&
        !serves_other_purposes(store_, facts)) {
      add(store_.path, facts, kOwnersBits);
    }
    if ((facts.mode & kOthersEnter) == 0) return;
    at_file(join(store_.path, kCredsFile));
    at_file(join(store_.path, kCredsBackup));
  }

  void at_database() {
    for (const std::string_view suffix : kDatabaseFiles) at_file(store_.path + std::string(suffix));
  }

 private:
  void at_file(const std::string& path) {
    const FileFacts facts = facts_of(path);
    if (facts.kind != FileKind::regular || (facts.mode & kOthersBits) == 0) return;
    if (may_change(facts)) add(path, facts, 0600);
  }

  bool may_change(const FileFacts& facts) const { return user_ == 0 || facts.owner == user_; }

  void add(const std::string& path, const FileFacts& facts, std::uint32_t kept) {
    found_.push_back({path, facts.identity, facts.mode, facts.mode & kept, position_});
  }

  const Store& store_;
  std::size_t position_;
  std::vector<ExposedSecret>& found_;
  uid_t user_;
};

/// Positions of the first session of each store whose parents let others in. The sessions of one
/// database stand side by side.
std::vector<std::size_t> reachable_stores(const std::vector<Session>& sessions) {
  Reach reach;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const std::string& path = sessions[i].store.path;
    if (i > 0 && sessions[i - 1].store.path == path) continue;
    if (reach.open_to_others(std::string(parent_path(path)))) positions.push_back(i);
  }
  return positions;
}

}  // namespace

void find_exposed_secrets(Snapshot& snapshot) {
  const std::vector<std::size_t> positions = reachable_stores(snapshot.sessions);
  std::vector<std::vector<ExposedSecret>> found(positions.size());
  parallel_for(positions.size(), [&](std::size_t i, std::size_t) {
    const Session& session = snapshot.sessions[positions[i]];
    Look look(session, positions[i], found[i]);
    if (session.store.kind == StoreKind::baileys_directory) {
      look.at_directory();
    } else {
      look.at_database();
    }
  });
  for (const std::vector<ExposedSecret>& secrets : found) {
    snapshot.condition.exposed.insert(snapshot.condition.exposed.end(), secrets.begin(),
                                      secrets.end());
  }
}

}  // namespace wasession::observe::checkup

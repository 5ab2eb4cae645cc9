#include "observe/holders/evidence.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "model/baileys_files.h"
#include "observe/files/files.h"
#include "observe/places/openclaw_paths.h"
#include "observe/places/wacli_paths.h"

namespace wasession::observe {
namespace {

constexpr std::array<Rule, 8> kRules = {wacli_lock,  openclaw_lock,    lease,
                                        open_file,   gateway_lock,     command_line,
                                        environment, working_directory};

/// Beside a SQLite database.
constexpr std::array<std::string_view, 4> kDatabaseFiles = {"", "-wal", "-shm", "-journal"};

/// Programs that open a database for writing and connect to nothing.
constexpr std::array<std::string_view, 4> kDatabaseTools = {"sqlite3", "sqlitebrowser", "litecli",
                                                            "sqldiff"};

bool is_database_tool(std::string_view executable) {
  const auto name = base_name(executable);
  return std::find(kDatabaseTools.begin(), kDatabaseTools.end(), name) != kDatabaseTools.end();
}

/// The store that an open file belongs to.
const IndexedStore* store_of_file(const Witness& witness, std::string_view path) {
  if (is_credential_file(base_name(path))) {
    const IndexedStore* const store = witness.stores.at(witness.reading, parent_path(path));
    if (store != nullptr && store->store->kind == StoreKind::baileys_directory) return store;
  }
  for (const std::string_view suffix : kDatabaseFiles) {
    if (!path.ends_with(suffix)) continue;
    const auto database = path.substr(0, path.size() - suffix.size());
    const IndexedStore* const store = witness.stores.at(witness.reading, database);
    if (store != nullptr && store->store->kind == StoreKind::whatsmeow_database) return store;
  }
  return nullptr;
}

}  // namespace

std::vector<Tie> evidence_of(const Witness& witness) {
  std::vector<Tie> ties;
  for (const Rule rule : kRules) rule(witness, ties);
  return ties;
}

void wacli_lock(const Witness& witness, std::vector<Tie>& ties) {
  for (const OpenFile& file : witness.reading.files) {
    if (file.deleted || base_name(file.path) != kWacliLock) continue;
    const std::string database = join(parent_path(file.path), kWacliDatabase);
    const IndexedStore* const store = witness.stores.at(witness.reading, database);
    if (store == nullptr || is_guard(witness.leases, file.path)) continue;
    if (!holds_flock(witness.reading, file)) continue;
    ties.push_back(
        {witness.stores.position(*store),
         {EvidenceKind::wacli_lock, Strength::certain,
          fmt::format("holds the lock {} (descriptor {})", file.path, file.descriptor)}});
  }
}

void openclaw_lock(const Witness& witness, std::vector<Tie>& ties) {
  for (const OpenFile& file : witness.reading.files) {
    const std::string_view path = file.path;
    if (file.deleted || !path.ends_with(openclaw::kLockSuffix)) continue;
    const auto directory = path.substr(0, path.size() - openclaw::kLockSuffix.size());
    const IndexedStore* const store = witness.stores.at(witness.reading, directory);
    if (store == nullptr || store->store->kind != StoreKind::baileys_directory) continue;
    const auto lock = openclaw::read_connection_lock(path_from_here(witness.reading, path));
    if (!lock) continue;
    // In a container the pid is another one; the start time is the same.
    const bool own_pid = lock->pid == witness.reading.pid;
    const bool own_start = lock->start == witness.start;
    const bool other_tree = witness.reading.mount_namespace != 0;
    if (other_tree ? !own_start : !own_pid || (lock->start != 0 && !own_start)) continue;
    ties.push_back(
        {witness.stores.position(*store),
         {EvidenceKind::openclaw_lock, Strength::certain,
          fmt::format("holds OpenClaw's lock of it, {} (descriptor {})", path, file.descriptor)}});
  }
}

namespace {

/// One store's files that a process has open in one way.
struct OpenFiles {
  const IndexedStore* store = nullptr;
  bool writing = false;
  const OpenFile* first = nullptr;
  std::size_t count = 0;
};

/// Many descriptors of one kind prove no more than one, and a leaking program has thousands.
std::vector<OpenFiles> open_files(const Witness& witness) {
  constexpr std::size_t kMostAsked = 64;
  std::vector<OpenFiles> found;
  std::size_t asked = 0;
  for (const OpenFile& file : witness.reading.files) {
    const IndexedStore* const store = file.deleted ? nullptr : store_of_file(witness, file.path);
    if (store == nullptr) continue;
    const bool writing = asked++ < kMostAsked && is_open_for_writing(witness.reading, file);
    const auto same = std::find_if(found.begin(), found.end(), [&](const OpenFiles& files) {
      return files.store == store && files.writing == writing;
    });
    if (same == found.end()) {
      found.push_back({store, writing, &file, 1});
    } else {
      ++same->count;
    }
  }
  return found;
}

}  // namespace

void open_file(const Witness& witness, std::vector<Tie>& ties) {
  for (const OpenFiles& files : open_files(witness)) {
    // Each of wacli's commands opens its database for writing; who is connected has LOCK too.
    const bool looks_on = is_database_tool(witness.reading.executable) ||
                          (files.store->store->tool == Tool::wacli && witness.connections == 0);
    const bool certain = files.writing && !looks_on;
    const std::string more = files.count > 1 ? fmt::format(" and {} more", files.count - 1) : "";
    ties.push_back(
        {witness.stores.position(*files.store),
         {EvidenceKind::open_file, certain ? Strength::certain : Strength::possible,
          fmt::format("has {} open for {} (descriptor {}{})", files.first->path,
                      files.writing ? "writing" : "reading only", files.first->descriptor, more)}});
  }
}

}  // namespace wasession::observe

#include "observe/read_places.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <thread>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "model/baileys_files.h"
#include "observe/files/files.h"
#include "observe/parallel.h"
#include "observe/stores/baileys_directory.h"
#include "observe/stores/whatsmeow_database.h"

namespace wasession::observe {
namespace {

/// Baileys truncates creds.json and then writes it, so that a reader often sees it empty: four
/// times in five beside a client that saves without a pause (baileys.md section 5). Five looks
/// would all fail in one run of four there; a hundred looks in the same time never do. The least
/// number is for a machine so busy, or with so many broken stores, that one round takes all of the
/// time.
constexpr int kLeastLooksAgain = 5;
constexpr std::chrono::milliseconds kLookAgainFor{250};
constexpr std::chrono::milliseconds kBetweenLooks{2};

/// Resolves the place's path and notes its inode. False when what should be there is not.
bool locate(Place& place, std::vector<Warning>& warnings) {
  if (place.identity) return true;
  std::string resolved = resolve(place.path);
  const FileFacts facts = facts_of(resolved.empty() ? place.path : resolved);
  const FileKind wanted =
      place.kind == StoreKind::baileys_directory ? FileKind::directory : FileKind::regular;
  if (facts.kind == wanted) {
    place.identity = facts.identity;
    place.path = std::move(resolved);
    return true;
  }
  if (facts.kind == FileKind::unreachable) {
    warnings.push_back(
        {place.path, fmt::format("can't be looked at: {}", std::strerror(facts.error))});
  } else if (facts.kind != FileKind::missing && (place.configured || place.expected)) {
    warnings.push_back(
        {place.path, fmt::format("is {}, not {}", describe(facts.kind), describe(wanted))});
  }
  return false;
}

struct IdentityHash {
  std::size_t operator()(const FileIdentity& identity) const {
    return std::hash<std::uint64_t>()(identity.inode * 31 + identity.device);
  }
};

/// Drops what is not there, and the later one of two ways to the same inode.
std::vector<ReadStore> locate_places(std::vector<Place> places, std::vector<Warning>& warnings) {
  std::vector<ReadStore> stores;
  stores.reserve(places.size());
  std::unordered_set<FileIdentity, IdentityHash> seen;
  seen.reserve(places.size());
  for (Place& place : places) {
    if (locate(place, warnings) && seen.insert(*place.identity).second) {
      stores.push_back({std::move(place), {}, {}});
    }
  }
  return stores;
}

void read_database(ReadStore& store) {
  DatabaseReading reading = read_whatsmeow_database(store.place.path);
  if (!reading.is_whatsmeow && store.place.tool == Tool::whatsmeow) {
    // A search tries every SQLite file: one without whatsmeow's tables is somebody else's. One that
    // can't be read may be anybody's.
    if (!reading.problems.empty()) {
      store.warnings.push_back({store.place.path,
                                "can't be read as a database, so that credentials in "
                                "it would be missing here: " +
                                    reading.problems.front()});
    } else if (store.place.expected) {
      store.warnings.push_back({store.place.path, "is no whatsmeow database"});
    }
    return;
  }
  store.devices = std::move(reading.devices);
  if (store.devices.empty()) {
    store.devices.emplace_back();
    if (!reading.problems.empty()) store.devices.front().state = State::corrupt;
  }
  auto& problems = store.devices.front().problems;
  problems.insert(problems.end(), reading.problems.begin(), reading.problems.end());
}

void read_store(ReadStore& store, SecretBuffer& buffer) {
  if (store.place.kind == StoreKind::whatsmeow_database) {
    read_database(store);
  } else if (!store.place.reading) {
    store.place.reading =
        std::make_shared<BaileysReading>(read_baileys_directory(store.place.path, buffer));
  }
}

/// The same, where nothing that goes wrong with one store ends the look at the others.
void read_safely(ReadStore& store, SecretBuffer& buffer) {
  try {
    read_store(store, buffer);
  } catch (const std::exception& error) {
    store.warnings.push_back({store.place.path, std::string("can't be read: ") + error.what()});
  }
}

bool is_broken(const ReadStore& store) {
  return store.place.reading && store.place.reading->health == CredsHealth::broken;
}

void look_again(std::vector<ReadStore>& stores, std::vector<SecretBuffer>& buffers) {
  std::vector<ReadStore*> broken;
  for (ReadStore& store : stores) {
    if (is_broken(store)) broken.push_back(&store);
  }
  const auto end = std::chrono::steady_clock::now() + kLookAgainFor;
  const auto goes_on = [&](int looks) {
    return looks < kLeastLooksAgain || std::chrono::steady_clock::now() < end;
  };
  for (int looks = 0; !broken.empty() && goes_on(looks); ++looks) {
    std::this_thread::sleep_for(kBetweenLooks);
    parallel_for(broken.size(), [&](std::size_t i, std::size_t worker) {
      const Place& place = broken[i]->place;
      *place.reading = read_baileys_directory(place.path, buffers[worker]);
    });
    std::erase_if(broken, [](const ReadStore* store) { return !is_broken(*store); });
  }
}

/// Decides whether a directory is a store, now that its creds.json had every chance.
bool settle(const Place& place, SecretBuffer& buffer, std::vector<Warning>& warnings) {
  BaileysReading& reading = *place.reading;
  if (reading.health == CredsHealth::absent || reading.health == CredsHealth::broken) {
    reading = fall_back_to_backup(std::move(reading), place.path, buffer);
  }
  const bool named_by_rule = place.configured || place.expected || place.tool == Tool::openclaw;
  if (reading.health == CredsHealth::foreign && !named_by_rule) {
    warnings.push_back(
        {join(place.path, kCredsFile), "has no noiseKey: not a WhatsApp credential, passed over"});
    return false;
  }
  if (reading.health == CredsHealth::unreachable && !named_by_rule) {
    warnings.push_back({place.path, reading.credential.problems.front()});
    return false;
  }
  return reading.health != CredsHealth::absent || named_by_rule;
}

}  // namespace

ReadStores read_places(std::vector<Place> places, Progress& progress) {
  ReadStores result;
  result.stores = locate_places(std::move(places), result.warnings);
  std::vector<SecretBuffer> buffers(worker_count());
  parallel_for(result.stores.size(), [&](std::size_t i, std::size_t worker) {
    read_safely(result.stores[i], buffers[worker]);
    progress.stores_read.fetch_add(1, std::memory_order_relaxed);
  });
  look_again(result.stores, buffers);
  for (ReadStore& store : result.stores) {
    std::move(store.warnings.begin(), store.warnings.end(), std::back_inserter(result.warnings));
  }
  std::erase_if(result.stores, [&](ReadStore& store) {
    return store.place.reading ? !settle(store.place, buffers.front(), result.warnings)
                               : store.devices.empty();
  });
  return result;
}

}  // namespace wasession::observe

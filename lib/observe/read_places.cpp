#include "observe/read_places.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <thread>
#include <utility>

#include <fmt/format.h>

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

/// What one place gave; a store that is not there has no identity.
struct Slot {
  ReadStore read;
  std::vector<Warning> warnings;
  BaileysReading baileys;
  bool is_store = false;
};

/// Fills in the store's path, free of symbolic links, and its inode. False when there is none.
bool locate(Slot& slot) {
  Place& place = slot.read.place;
  Store& store = slot.read.store;
  store = {place.tool, place.kind, {}, place.configured, {}};
  if (place.identity) {
    store.identity = *place.identity;
    store.path = std::move(place.path);
    return true;
  }
  store.path = resolve(place.path);
  const FileFacts facts = facts_of(store.path.empty() ? place.path : store.path);
  store.identity = facts.identity;
  const FileKind wanted =
      place.kind == StoreKind::baileys_directory ? FileKind::directory : FileKind::regular;
  if (facts.kind == wanted) return true;
  if (facts.kind != FileKind::missing && (place.configured || place.expected)) {
    slot.warnings.push_back(
        {place.path, fmt::format("is {}, not {}", describe(facts.kind), describe(wanted))});
  }
  return false;
}

void read_database(Slot& slot) {
  DatabaseReading reading = read_whatsmeow_database(slot.read.store.path);
  if (!reading.is_whatsmeow && slot.read.place.tool == Tool::whatsmeow) {
    return;  // a search tries every SQLite file: this one is somebody else's
  }
  slot.is_store = true;
  slot.read.credentials = std::move(reading.devices);
  if (slot.read.credentials.empty()) {
    slot.read.credentials.emplace_back();
    if (!reading.problems.empty()) slot.read.credentials.front().state = State::corrupt;
  }
  auto& problems = slot.read.credentials.front().problems;
  problems.insert(problems.end(), reading.problems.begin(), reading.problems.end());
}

bool needs_another_look(const Slot& slot) {
  return slot.read.store.kind == StoreKind::baileys_directory &&
         slot.baileys.health == CredsHealth::broken;
}

void look_again(std::vector<Slot>& slots, std::vector<SecretBuffer>& buffers) {
  std::vector<Slot*> broken;
  for (Slot& slot : slots) {
    if (needs_another_look(slot)) broken.push_back(&slot);
  }
  const auto end = std::chrono::steady_clock::now() + kLookAgainFor;
  const auto goes_on = [&](int looks) {
    return looks < kLeastLooksAgain || std::chrono::steady_clock::now() < end;
  };
  for (int looks = 0; !broken.empty() && goes_on(looks); ++looks) {
    std::this_thread::sleep_for(kBetweenLooks);
    parallel_for(broken.size(), [&](std::size_t i, std::size_t worker) {
      broken[i]->baileys = read_baileys_directory(broken[i]->read.store.path, buffers[worker]);
    });
    std::erase_if(broken, [](const Slot* slot) { return !needs_another_look(*slot); });
  }
}

/// Decides whether a directory is a store, now that its creds.json had every chance.
void settle(Slot& slot, SecretBuffer& buffer) {
  const Place& place = slot.read.place;
  if (slot.baileys.health == CredsHealth::absent || slot.baileys.health == CredsHealth::broken) {
    slot.baileys = fall_back_to_backup(std::move(slot.baileys), slot.read.store.path, buffer);
  }
  const bool named_by_rule = place.configured || place.expected || place.tool == Tool::openclaw;
  switch (slot.baileys.health) {
    case CredsHealth::absent:
      slot.is_store = named_by_rule;
      break;
    case CredsHealth::foreign:
      slot.is_store = named_by_rule;
      if (!named_by_rule) {
        slot.warnings.push_back({join(slot.read.store.path, "creds.json"),
                                 "has no noiseKey: not a WhatsApp credential, passed over"});
      }
      break;
    default:
      slot.is_store = true;
  }
  if (slot.is_store) slot.read.credentials = {std::move(slot.baileys.credential)};
}

/// Drops what is not there, and the later one of two ways to the same inode.
std::vector<Slot> locate_places(std::vector<Place> places, ReadStores& result) {
  std::vector<Slot> slots;
  slots.reserve(places.size());
  std::set<std::pair<StoreKind, FileIdentity>> seen;
  for (Place& place : places) {
    Slot slot;
    slot.read.place = std::move(place);
    const bool there = locate(slot);
    std::move(slot.warnings.begin(), slot.warnings.end(), std::back_inserter(result.warnings));
    slot.warnings.clear();
    if (there && seen.emplace(slot.read.store.kind, slot.read.store.identity).second) {
      slots.push_back(std::move(slot));
    }
  }
  return slots;
}

}  // namespace

ReadStores read_places(std::vector<Place> places, Progress& progress) {
  ReadStores result;
  std::vector<Slot> slots = locate_places(std::move(places), result);
  std::vector<SecretBuffer> buffers(worker_count());
  parallel_for(slots.size(), [&](std::size_t i, std::size_t worker) {
    Slot& slot = slots[i];
    if (slot.read.store.kind == StoreKind::whatsmeow_database) {
      read_database(slot);
    } else if (slot.read.place.reading) {
      slot.baileys = *std::move(slot.read.place.reading);
    } else {
      slot.baileys = read_baileys_directory(slot.read.store.path, buffers[worker]);
    }
    progress.stores_read.fetch_add(1, std::memory_order_relaxed);
  });
  look_again(slots, buffers);
  for (Slot& slot : slots) {
    if (slot.read.store.kind == StoreKind::baileys_directory) settle(slot, buffers.front());
    std::move(slot.warnings.begin(), slot.warnings.end(), std::back_inserter(result.warnings));
    if (slot.is_store) result.stores.push_back(std::move(slot.read));
  }
  return result;
}

}  // namespace wasession::observe

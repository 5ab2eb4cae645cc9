/// Reads what lies at the places, each store once.
#pragma once

#include <span>
#include <vector>

#include "model/session.h"
#include "model/warning.h"
#include "observe/places/place.h"
#include "observe/progress.h"

namespace wasession::observe {

/// A place where a store is, with a resolved path and an inode, and what it holds: one credential
/// in a Baileys directory (`place.reading`, also while it is unpaired or corrupt), any number in a
/// database.
struct ReadStore {
  Place place;
  std::vector<CredentialReading> devices;
  std::vector<Warning> warnings;  ///< why there may be more than was read

  std::span<CredentialReading> credentials() {
    return place.reading ? std::span(&place.reading->credential, 1) : std::span(devices);
  }
};

struct ReadStores {
  std::vector<ReadStore> stores;
  std::vector<Warning> warnings;
};

/// Reads all places on several threads. Places that turn out to be no store (gone, somebody else's
/// creds.json or database) are dropped; the second of two places with the same file is dropped too.
ReadStores read_places(std::vector<Place> places, Progress& progress);

}  // namespace wasession::observe

#include "observe/checkup/parts.h"
#include "observe/files/files.h"
#include "observe/stores/baileys_directory.h"

namespace wasession::observe::checkup {

void find_restorable(Snapshot& snapshot) {
  SecretBuffer buffer;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    if (session.store.kind != StoreKind::baileys_directory) continue;
    // A creds.json that was read without a complaint needs no second look.
    if (session.credential.problems.empty() && session.credential.state != State::corrupt) continue;
    BaileysReading reading = read_baileys_directory(session.store.path, buffer);
    if (reading.health != CredsHealth::absent && reading.health != CredsHealth::broken) continue;
    reading = fall_back_to_backup(std::move(reading), session.store.path, buffer);
    if (reading.health == CredsHealth::good) snapshot.condition.restorable.push_back(i);
  }
}

}  // namespace wasession::observe::checkup

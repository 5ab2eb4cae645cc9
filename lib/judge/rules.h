/// The rules, one function each. What a code stands for is in the table in rules.cpp.
#pragma once

#include <vector>

#include "model/finding.h"
#include "model/snapshot.h"

namespace wasession::judge {

namespace code {
inline constexpr std::string_view kCopiedCredential = "copied-credential";
inline constexpr std::string_view kTwoHolders = "two-holders";
inline constexpr std::string_view kDuplicateGateway = "duplicate-gateway";
inline constexpr std::string_view kTwoSockets = "two-sockets";
inline constexpr std::string_view kConflictElsewhere = "conflict-elsewhere";
inline constexpr std::string_view kNotARival = "not-a-rival";
inline constexpr std::string_view kReconnectLoop = "reconnect-loop";
inline constexpr std::string_view kLoggedOut = "logged-out";
inline constexpr std::string_view kZombieHolder = "zombie-holder";
inline constexpr std::string_view kGhostHolder = "ghost-holder";
inline constexpr std::string_view kCorruptCredentials = "corrupt-credentials";
inline constexpr std::string_view kBackupWillRestore = "backup-will-restore";
inline constexpr std::string_view kInterruptedPairing = "interrupted-pairing";
inline constexpr std::string_view kStaleCredential = "stale-credential";
inline constexpr std::string_view kPhoneOfflineRisk = "phone-offline-risk";
inline constexpr std::string_view kTooManyDevices = "too-many-devices";
inline constexpr std::string_view kWorldReadableSecrets = "world-readable-secrets";
inline constexpr std::string_view kStaleLock = "stale-lock";
inline constexpr std::string_view kUnconfiguredStore = "unconfigured-store";
inline constexpr std::string_view kRegistryDamaged = "registry-damaged";
inline constexpr std::string_view kCannotSee = "cannot-see";
}  // namespace code

// conflicts.cpp: one credential, used twice on this machine
void copied_credential(const Snapshot& snapshot, std::vector<Finding>& findings);
void two_holders(const Snapshot& snapshot, std::vector<Finding>& findings);
void duplicate_gateway(const Snapshot& snapshot, std::vector<Finding>& findings);
void two_sockets(const Snapshot& snapshot, std::vector<Finding>& findings);

// rivals.cpp: what looks like a rival, or is out of sight
void conflict_elsewhere(const Snapshot& snapshot, std::vector<Finding>& findings);
void not_a_rival(const Snapshot& snapshot, std::vector<Finding>& findings);

// holders.cpp: what a process does with its credential
void reconnect_loop(const Snapshot& snapshot, std::vector<Finding>& findings);
void zombie_holder(const Snapshot& snapshot, std::vector<Finding>& findings);
void ghost_holder(const Snapshot& snapshot, std::vector<Finding>& findings);

// credentials.cpp: what state a credential is in
void logged_out(const Snapshot& snapshot, std::vector<Finding>& findings);
void corrupt_credentials(const Snapshot& snapshot, std::vector<Finding>& findings);
void backup_will_restore(const Snapshot& snapshot, std::vector<Finding>& findings);
void interrupted_pairing(const Snapshot& snapshot, std::vector<Finding>& findings);

// lifetimes.cpp: what WhatsApp does to a link with time and number
void stale_credential(const Snapshot& snapshot, std::vector<Finding>& findings);
void phone_offline_risk(const Snapshot& snapshot, std::vector<Finding>& findings);
void too_many_devices(const Snapshot& snapshot, std::vector<Finding>& findings);

// files.cpp: what is wrong with files, and what could not be seen
void world_readable_secrets(const Snapshot& snapshot, std::vector<Finding>& findings);
void stale_lock(const Snapshot& snapshot, std::vector<Finding>& findings);
void unconfigured_store(const Snapshot& snapshot, std::vector<Finding>& findings);
void registry_damaged(const Snapshot& snapshot, std::vector<Finding>& findings);
void cannot_see(const Snapshot& snapshot, std::vector<Finding>& findings);

}  // namespace wasession::judge

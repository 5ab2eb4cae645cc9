/// What recover() does about one device of a whatsmeow database.
#pragma once

#include <string>

#include "apply/files.h"
#include "apply/quarantine/vault.h"

namespace wasession::apply {

/// Discards the copy while the device is still in the database, and completes the entry when it is
/// not. Says what became of it, a clause.
std::string recover_database_purge(const Vault& vault, Entry& entry, Changes& changes);

/// Says in the manifest that it is restored when the device is in the database again, and else
/// lets the entry count again.
std::string recover_database_restore(const Vault& vault, Entry& entry, Changes& changes);

}  // namespace wasession::apply

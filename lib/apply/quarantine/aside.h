/// Notes of files that have another name for a moment: a lock that is removed is renamed first.
#pragma once

#include <string>

#include "apply/quarantine/vault.h"
#include "model/warning.h"

namespace wasession::apply {

/// Gives the file its name back that a note (`name` is `<id>.aside`) tells of, and forgets the
/// note.
Warning recover_aside(const Vault& vault, const std::string& name, Changes& changes);

}  // namespace wasession::apply

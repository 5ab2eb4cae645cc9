/// A lock that this process has already, because a `wasession run` above it passed it on.
#pragma once

#include "observe/files/descriptor.h"

namespace wasession::lease {

/// To be asked when locking `file` was refused: a copy of the inherited descriptor through which
/// this very file is locked exclusively, absent when there is none. A lock belongs to the open
/// file, which processes share that inherited it: it is had again through such a descriptor, and
/// through no other.
observe::Descriptor inherited_lock(const observe::Descriptor& file);

}  // namespace wasession::lease

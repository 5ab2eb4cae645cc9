/// What the system tells of other processes. One implementation for each system.
#pragma once

namespace wasession::apply {

/// The pid above; 0 when it can't be told.
int parent_of(int pid);

}  // namespace wasession::apply

/// How this process asks the system for memory.
#pragma once

namespace wasession::cmd {

/// A heap of large pages that is not handed back before the end. A look at ten thousand sessions
/// touches 30 MB once, and taking that in 4 KB pages is a fifth of its whole time (107 ms against
/// 88 ms, `./dev bench list`). Without effect where the C library or the kernel has no such thing.
void prepare_memory();

/// For a process that stays: takes back what prepare_memory() did.
void prepare_memory_to_stay();

/// After work that took much for a moment: hands back what is free. What a thread of the work keeps
/// for itself is not free.
void give_back_memory();

}  // namespace wasession::cmd

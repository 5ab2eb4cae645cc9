/// Makes SQLite forget: every block of memory that it frees is overwritten first, so that no
/// private key of a page stays in the heap after a database was read.
#pragma once

namespace wasession::observe {

/// True when SQLite's allocator of this process is the wiping one. It is put in place before
/// `main`, because SQLite takes an allocator only before its first use, whoever makes that; false
/// when something used SQLite even earlier. Safe to call from any thread.
bool sqlite_wipes_memory();

}  // namespace wasession::observe

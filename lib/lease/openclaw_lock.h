/// OpenClaw 2026.9's lock of an auth directory, made in exactly its format (openclaw.md section
/// 4.3; seen running: an unmodified gateway waits for it, and connects by itself once it is gone).
#pragma once

#include <string>

#include "model/process.h"
#include "model/time.h"

namespace wasession::lease {

/// What such a file holds: JSON, and a line of 8 tabs and 128 characters that are `token`'s bits,
/// each a tab or a space.
std::string openclaw_lock_text(const ProcessIdentity& owner, Time created_at);

}  // namespace wasession::lease

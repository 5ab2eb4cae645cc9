/// Where OpenClaw keeps WhatsApp credentials: every rule of both generations (2026.2 and 2026.9).
#pragma once

#include "observe/environment.h"
#include "observe/places/place.h"

namespace wasession::observe {

/// Every auth directory of every state directory that OpenClaw would use under `environment`:
/// OPENCLAW_STATE_DIR and its legacy names, `~/.openclaw`, the profiles' `~/.openclaw-*`, the
/// legacy `~/.clawdbot`, `~/.moltbot`, `~/.moldbot`; configured accounts (whether or not their
/// directory exists), then each sub-directory of `credentials/whatsapp/` that no configuration
/// names, and the flat legacy layout. A directory reached by two names (the symbolic link that
/// OpenClaw's migration leaves) is given once. A configuration that cannot be read costs a warning,
/// and the rules that need none still apply.
Places openclaw_places(const Environment& environment);

/// Of these only what an OpenClaw started with exactly this environment would use.
Places openclaw_active_places(const Environment& environment);

/// The account directories below one state directory, for state directories found otherwise
/// (a search below --root, a process's environment).
Places openclaw_places_in(const std::string& state_directory, const Environment& environment);

}  // namespace wasession::observe

/// Short words for the numbers with which connections end (Baileys' DisconnectReason; whatsmeow's
/// ConnectFailureReason agrees where both know a number).
#pragma once

#include <string_view>

namespace wasession::observe::logs {

/// `conflict` for 440; `status N` has no word of its own: empty.
std::string_view reason_of(int status);

}  // namespace wasession::observe::logs

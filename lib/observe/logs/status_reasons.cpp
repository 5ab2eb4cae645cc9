#include "observe/logs/status_reasons.h"

#include <algorithm>
#include <array>

#include "model/incident.h"

namespace wasession::observe::logs {
namespace {

struct StatusReason {
  int status;
  std::string_view word;
};
constexpr std::array kReasons = {
    StatusReason{kLoggedOut, "logged-out"},
    StatusReason{402, "temporary-ban"},
    StatusReason{403, "forbidden"},
    StatusReason{405, "client-outdated"},
    StatusReason{406, "banned"},
    StatusReason{408, "timed-out"},
    StatusReason{409, "bad-user-agent"},
    StatusReason{411, "multi-device-mismatch"},
    StatusReason{428, "connection-closed"},
    StatusReason{kReplaced, "conflict"},
    StatusReason{499, "stale-connection"},  // OpenClaw 2026.9's watchdog
    StatusReason{500, "bad-session"},
    StatusReason{503, "unavailable"},
    StatusReason{515, "restart-required"},
};

}  // namespace

std::string_view reason_of(int status) {
  const auto found =
      std::find_if(kReasons.begin(), kReasons.end(),
                   [&](const StatusReason& reason) { return reason.status == status; });
  return found == kReasons.end() ? std::string_view() : found->word;
}

}  // namespace wasession::observe::logs

/// What one line of a log says, before lines about the same event are put together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/time.h"

namespace wasession::observe::logs {

enum class Sight {
  disconnected,
  gave_up,  ///< alone, without the status that it gave up on
  lock_refused,
  credential_missing,
  connected,
  starting,      ///< OpenClaw: this account has this number
  logging_in,    ///< Baileys: this process logs in as this device
  not_restarted  ///< OpenClaw 2026.9: this account is not started again after the last disconnect
};

/// Which kind of record it is. One disconnect has at most one record of each kind, so that a second
/// of the same kind is a second disconnect.
enum class Voice : std::uint8_t { closing = 1, retrying = 2, text = 4, exiting = 8, client = 16 };

struct Sighting {
  Sight sight = Sight::disconnected;
  Voice voice = Voice::text;
  std::optional<Time> at;  ///< none when the line holds no time
  int status = 0;          ///< 0: not given
  bool gave_up = false;    ///< the same line says that the program stops trying
  /// OpenClaw 2026.9's word for a 440 that it does not fight against; only after this one may a
  /// `channels login` of the same gateway stand.
  bool yielded = false;
  std::string account;
  std::string phone;
  std::optional<std::uint32_t> device;
  int pid = 0;
  std::string run;  ///< OpenClaw's runId: one account of one process
};

}  // namespace wasession::observe::logs

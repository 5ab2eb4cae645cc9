/// The few words by which a line that may matter is found among millions: the only pass over every
/// byte of a log, so it is the one that is made fast.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace wasession::observe::logs {

/// A word of the tools' messages, and where in it three rare bytes stand.
struct Needle {
  std::string_view text;
  std::size_t rare = 0;
};

/// Every line that a parser of this room makes something of holds one of these, as it stands.
/// None holds a newline.
inline constexpr std::array kNeedles = {
    // OpenClaw, file and console; `connection closed` is also a word of Baileys'
    Needle{"onnection closed", 8},
    Needle{"eb reconnect: ", 11},
    Needle{"starting provider", 7},
    Needle{"channel exited", 6},
    Needle{"terminal disconnect", 7},
    Needle{"stale connection (status", 15},
    Needle{"session logged out", 6},
    Needle{"authAgeMs\":null", 7},
    Needle{"Listening for ", 8},
    // Baileys with a pino logger
    Needle{"stream errored out", 12},
    Needle{"connection errored", 9},
    Needle{"logging in...", 10},
    Needle{"opened connection to WA", 20},
    // Bots that print `connection.update`
    Needle{"\"connection\":\"close\"", 11},
    // wacli
    Needle{"Stream replaced.", 5},
    Needle{"Logged out of WhatsApp", 13},
    Needle{"\"stream_replaced\"", 6},
    Needle{"\"logged_out\"", 6},
    // whatsmeow
    Needle{" stream error, ", 12},
    Needle{" connect failure", 7},
    Needle{"Got 515 code", 3},
};

struct FoundNeedle {
  std::size_t position = 0;
  std::size_t length = 0;
};

/// The first place where a needle stands: of those that begin there, the first of the table.
std::optional<FoundNeedle> find_needle(std::string_view text);

}  // namespace wasession::observe::logs

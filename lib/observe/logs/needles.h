/// The few words by which a line that may matter is found among millions: the only pass over every
/// byte of a log, so it is the one that is made fast.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace wasession::observe::logs {

/// A word of the tools' messages, and where in it three rare bytes stand. Needles whose rare bytes
/// look alike share a bucket (0 to 7), so that few other words look like one of a bucket: of real
/// logs one position in a thousand does.
struct Needle {
  std::string_view text;
  std::size_t rare = 0;  ///< where the first of the three stands
  unsigned bucket = 0;
};

/// Every line that a parser of this room makes something of holds one of these, as it stands.
/// None holds a newline.
inline constexpr std::array kNeedles = {
    // OpenClaw, file and console; `connection closed` is also a word of Baileys'
    Needle{"connection closed", 11, 0},
    Needle{"eb reconnect: ", 1, 1},
    Needle{"starting provider", 7, 0},
    Needle{"channel exited", 6, 2},
    Needle{"terminal disconnect", 7, 2},
    Needle{"stale connection (status", 15, 3},
    Needle{"session logged out", 6, 2},
    Needle{R"(authAgeMs":null)", 2, 4},
    Needle{"Listening for ", 0, 4},
    // Baileys with a pino logger
    Needle{"stream errored out", 5, 2},
    Needle{"connection errored", 10, 5},
    Needle{"logging in...", 9, 3},
    Needle{"opened connection to WA", 19, 3},
    // Bots that print `connection.update`
    Needle{R"("connection":"close")", 13, 6},
    // wacli
    Needle{"Stream replaced.", 8, 6},
    Needle{"Logged out of WhatsApp", 12, 3},
    Needle{R"("stream_replaced")", 5, 7},
    Needle{R"("logged_out")", 7, 4},
    // whatsmeow
    Needle{" stream error, ", 6, 2},
    Needle{" connect failure", 11, 1},
    Needle{"Got 515 code", 0, 7},
};

struct FoundNeedle {
  std::size_t position = 0;
  std::size_t length = 0;
};

/// The needle whose rare bytes come first; of several, the first of the table.
std::optional<FoundNeedle> find_needle(std::string_view text);

}  // namespace wasession::observe::logs

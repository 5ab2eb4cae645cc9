/// A process in words, for people.
#pragma once

#include <string>

#include "model/process.h"

namespace wasession::report {

/// Whose it is, since when, who would start it again, and where it stands; printable, without a
/// newline.
std::string process_words(const Process& process, Time now);

/// The same, led by its pid and its command, cut to 40 columns: `pid 4711 node bot.js, user …`.
std::string who_words(const Process& process, Time now);

}  // namespace wasession::report

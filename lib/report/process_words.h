/// A process in words, for people.
#pragma once

#include <string>

#include "model/process.h"

namespace wasession::report {

/// Whose it is, since when, who would start it again, and where it stands; printable, without a
/// newline.
std::string process_words(const Process& process, Time now);

}  // namespace wasession::report

/// Masks who is behind the sessions, for output that goes into a bug report.
#pragma once

#include <string>
#include <string_view>

#include "model/snapshot.h"

namespace wasession::report {

/// The digits of a phone number or LID with the middle masked: `15*******67`.
std::string mask_number(std::string_view digits);

/// Any text with every run of seven or more digits masked, and the user's name in `/home/NAME` and
/// `/Users/NAME`.
std::string mask_text(std::string_view text);

/// The Snapshot with phone numbers, LIDs, push names, and numbers inside ids, paths and problems
/// masked. Fingerprints stay: they say nothing about a person.
Snapshot redact(Snapshot snapshot);

}  // namespace wasession::report
